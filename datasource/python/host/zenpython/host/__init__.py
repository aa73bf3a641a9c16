"""The worker and builder processes that run Python plugins for the zenpython daemon.

``python -I -m zenpython.host ROLE`` is started by the daemon, which it talks to in frames; docs/worker-protocol.md
describes them. Nothing in here is meant for plugins: they import from :mod:`zenpython` or by Zenoss's own names.
"""
