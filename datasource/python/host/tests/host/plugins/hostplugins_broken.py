class Plugin(:
