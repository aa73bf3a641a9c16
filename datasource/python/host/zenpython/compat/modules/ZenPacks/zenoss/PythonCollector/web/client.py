"""`ZenPacks.zenoss.PythonCollector.web.client`: getPage with proxies, keyed caps and retries (spec §4.19)."""

from zenpython.compat.webclient import getPage  # noqa: F401 - foreign name
