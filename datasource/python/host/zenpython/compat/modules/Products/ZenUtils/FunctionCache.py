"""`Products.ZenUtils.FunctionCache`: keeps a function's results for a while."""

import functools
import time


class FunctionCache:
    """Decorator: results by arguments, for `cache_timeout` seconds (1800)."""

    def __init__(self, id=None, timeout=1800, cache_timeout=None):
        self.timeout = timeout if cache_timeout is None else cache_timeout
        self._kept = {}

    def __call__(self, function):
        """Let the function keep its results; arguments that cannot be keys are passed through."""

        @functools.wraps(function)
        def cached(*args, **kwargs):
            key = (args, tuple(sorted(kwargs.items())))
            try:
                found = self._kept.get(key)
            except TypeError:
                return function(*args, **kwargs)
            now = time.monotonic()
            if found is None or now - found[1] > self.timeout:
                found = self._kept[key] = (function(*args, **kwargs), now)
            return found[0]

        return cached
