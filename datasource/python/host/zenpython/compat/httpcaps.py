"""The caps on concurrent HTTP requests of getPage: one overall, and keyed ones (spec §4.19)."""

from __future__ import annotations

import time
from collections.abc import Hashable
from typing import Any

from twisted.internet import defer

DEFAULT_LIMIT = 512
_IDLE_SECONDS = 15 * 60


class Caps:
    """Semaphores for getPage. A worker's share of `--twistedconcurrenthttp` is its overall limit."""

    def __init__(self, limit: int = DEFAULT_LIMIT, clock: Any = time.monotonic) -> None:
        self.overall = defer.DeferredSemaphore(limit)
        self._clock = clock
        self._keyed: dict[Hashable, tuple[defer.DeferredSemaphore, float]] = {}

    def keyed(self, key: Hashable, limit: int) -> defer.DeferredSemaphore:
        """The semaphore for `key`; the first caller's limit holds until the key has been idle for 15 minutes."""
        now = self._clock()
        for old, (semaphore, used) in list(self._keyed.items()):
            if old != key and now - used > _IDLE_SECONDS and semaphore.tokens == semaphore.limit:
                del self._keyed[old]
        semaphore, _ = self._keyed.get(key) or (defer.DeferredSemaphore(limit), now)
        self._keyed[key] = (semaphore, now)
        return semaphore


_caps = [Caps()]


def caps() -> Caps:
    """The caps of this process."""
    return _caps[0]


def limit(overall: int) -> None:
    """Set the process' overall limit; requests under way keep what they hold."""
    if overall > 0 and overall != _caps[0].overall.limit:
        _caps[0] = Caps(overall)
