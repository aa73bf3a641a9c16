"""`ZenPacks.zenoss.ZenPackLib.zenpacklib`: enough for the `__init__.py` of packs built with it."""

from zenpython.compat.zenpacklib import load_yaml  # noqa: F401 - foreign name

__zenpython_permissive__ = True
