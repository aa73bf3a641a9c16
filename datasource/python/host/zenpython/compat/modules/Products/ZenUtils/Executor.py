"""`Products.ZenUtils.Executor`: runs callables that give Deferreds, at most so many at once."""

from collections import deque

from twisted.internet import defer


class TwistedExecutor:
    """Runs submitted callables in order, at most `maxParallel` at a time."""

    def __init__(self, maxParallel):
        self._max, self._running, self._waiting = maxParallel, 0, deque()

    @property
    def running(self):
        """How many run now."""
        return self._running

    @property
    def queued(self):
        """How many wait."""
        return len(self._waiting)

    def getMax(self):
        """The limit."""
        return self._max

    def setMax(self, maxParallel):
        """Change the limit; a lower one holds for what starts from now on."""
        self._max = maxParallel
        self._start()

    def submit(self, callable, *args, **kwargs):
        """Queue a callable; the Deferred returned fires with its result."""
        done = defer.Deferred()
        self._waiting.append((done, callable, args, kwargs))
        self._start()
        return done

    def clear(self):
        """Cancel what waits."""
        waiting, self._waiting = self._waiting, deque()
        for done, *_ in waiting:
            done.cancel()

    def _start(self):
        while self._waiting and self._running < self._max:
            done, callable, args, kwargs = self._waiting.popleft()
            self._running += 1
            defer.maybeDeferred(callable, *args, **kwargs).addBoth(self._ended, done)

    def _ended(self, result, done):
        self._running -= 1
        # The next one starts before the result is told, so that a callback that submits more cannot jump the queue.
        self._start()
        if not done.called:
            done.callback(result)
