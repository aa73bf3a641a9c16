"""`ZenPacks.zenoss.PythonCollector.patches`: what upstream patches is part of zenpython."""

__zenpython_permissive__ = True
