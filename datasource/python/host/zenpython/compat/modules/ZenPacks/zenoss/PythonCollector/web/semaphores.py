"""`ZenPacks.zenoss.PythonCollector.web.semaphores`: the caps on concurrent HTTP requests."""

from zenpython.compat import httpcaps

DEFAULT_TWISTEDCONCURRENTHTTP = httpcaps.DEFAULT_LIMIT


def getOverallDeferredSemaphore(limit=DEFAULT_TWISTEDCONCURRENTHTTP):
    """The semaphore of all getPage calls; its limit is the daemon's, not the caller's."""
    return httpcaps.caps().overall


def getKeyedDeferredSemaphore(key, limit):
    """The semaphore of one key."""
    return httpcaps.caps().keyed(key, limit)
