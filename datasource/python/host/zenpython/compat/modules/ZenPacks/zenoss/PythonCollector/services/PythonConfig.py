"""`ZenPacks.zenoss.PythonCollector.services.PythonConfig`: the configuration's classes."""

from zenpython.compat import load_class


def load_plugin_class(classname):
    """The plugin class of a dotted path."""
    return load_class(classname)


def __getattr__(name):
    """The config classes are the host's; they load when asked for, for a builder has no host."""
    from zenpython.host import configs

    if name in ("PythonDataSourceConfig", "DataPointConfig", "DeviceProxy"):
        return getattr(configs, name)
    from zenpython.compat import standins

    return standins.stand_in_for(__name__, name)
