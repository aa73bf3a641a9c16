"""`Products.Zuul`: the web interface's API; data source modules declare forms with it."""

from Products.Zuul.interfaces import IInfo

from zenpython.compat import registry

__zenpython_permissive__ = True


def info(obj, adapters=None):
    """The object's info adapter, or of each in a list; the object itself where it has none."""
    if isinstance(obj, (list, tuple)):
        return [info(each) for each in obj]
    return registry.components().query_adapter(obj, IInfo, default=obj)
