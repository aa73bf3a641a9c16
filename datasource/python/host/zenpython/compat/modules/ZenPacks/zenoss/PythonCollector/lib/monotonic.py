"""`ZenPacks.zenoss.PythonCollector.lib.monotonic`: the standard library's clock."""

from time import monotonic  # noqa: F401 - foreign name
