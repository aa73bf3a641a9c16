"""The hook chain of one run (spec §4.9, §4.10):

    collect → onResult → onSuccess | onError → onComplete

A hook may return a plain value, a Deferred, a coroutine, a generator or another awaitable, or raise. The chain is a
loop: hooks that return plain values cost no Deferred, and many of them no depth of the stack.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.python.failure import Failure

from zenpython.host.current import current_task
from zenpython.host.errors import HookTimeoutError, RunningTimeoutError
from zenpython.host.heartbeat import Watch
from zenpython.host.waiting import Waiter

logger = logging.getLogger("zen.python")

COLLECT, ON_RESULT, ON_SUCCESS, ON_ERROR, ON_COMPLETE = range(5)
HOOKS = ("collect", "onResult", "onSuccess", "onError", "onComplete")

OK, HANDLED, ERROR, TIMEOUT = "ok", "handled", "error", "timeout"


class Settings:
    """What all runs of a process have in common.

    ``clock`` is the reactor or a twisted.internet.task.Clock; times are in seconds. ``blocking_warning`` is how long a
    hook may block before it is logged; ``hook_timeout`` how long the hooks after collect may wait, all together, and
    collect after it was cancelled.
    """

    __slots__ = ("blocking_warning", "clock", "hook_timeout", "waiter", "watch")

    def __init__(
        self, clock: Any, watch: Watch, waiter: Waiter, *, blocking_warning: float = 3.0, hook_timeout: float = 30.0
    ) -> None:
        self.clock = clock
        self.watch = watch
        self.waiter = waiter
        self.blocking_warning = blocking_warning
        self.hook_timeout = hook_timeout


class Run:
    """One run. ``task`` has id, name, plugin, config and running_timeout; ``done`` is called once, with the run.

    After the end ``value`` is what the hooks left, a Failure if an error was left; ``seconds`` is how long the chain
    took, ``blocked`` how much of it was spent inside of hooks.
    """

    __slots__ = (
        "_attached", "_begun", "_deferred", "_done", "_hook", "_settings", "_timer", "_until", "blocked", "caught",
        "id", "raised", "seconds", "task", "timed_out", "value",
    )  # fmt: skip

    def __init__(self, run: int, task: Any, settings: Settings, done: Callable[[Run], None]) -> None:
        self.id = run
        self.task = task
        self.value: Any = None
        self.blocked = 0.0
        self.seconds = 0.0
        self.raised = False  #: collect itself raised, before any Deferred
        self.caught = False  #: onError was entered
        self.timed_out = False  #: the running timeout passed
        self._settings = settings
        self._done = done
        self._hook = COLLECT
        self._deferred: Deferred[Any] | None = None  # what the current hook waits for
        self._attached = False
        self._timer: Any = None
        self._until: float | None = None  # when the patience with the hooks after collect ends
        self._begun = time.monotonic_ns()

    @property
    def outcome(self) -> str:
        """How the run ended, in the daemon's words."""
        if self.timed_out:
            return TIMEOUT
        if self.raised or isinstance(self.value, Failure):
            return ERROR
        return HANDLED if self.caught else OK

    def start(self) -> None:
        """Run the chain until it waits or ends."""
        while self._step():
            if not self._advance():
                self._end()
                return

    def cancel(self, *, timeout: bool) -> None:
        """Cancel what collect waits for, as its running timeout does; without ``timeout`` what any hook waits for."""
        if self._deferred is None or (timeout and (self._hook != COLLECT or self.timed_out)):
            return
        self.timed_out = self.timed_out or timeout
        self._stop_timer()
        self._timer = self._settings.clock.callLater(self._settings.hook_timeout, self._abandon)
        waiting = self._deferred
        try:
            waiting.cancel()
        except Exception:
            if self._deferred is waiting:  # a canceller of the plugin's that raises: nothing else would end the wait
                self._give_up(Failure())

    # The loop.

    def _step(self) -> bool:
        """Call the current hook; False if it waits for something."""
        value = self._call()
        if isinstance(value, Deferred):
            return self._wait(value)
        self.value = value
        return True

    def _call(self) -> Any:
        """Return what the hook gives at once, a Failure if it raised, a Deferred of what comes later."""
        hook, task, watch = self._hook, self.task, self._settings.watch
        token = current_task.set(task.id)
        watch.run = self.id
        watch.since = began = time.monotonic_ns()
        try:
            if hook == COLLECT:
                value = task.plugin.collect(task.config)
            else:
                value = getattr(task.plugin, HOOKS[hook])(self.value, task.config)
            if value is None or type(value) is dict:
                return value
            # A coroutine runs its first part here, as a part of the hook.
            waiting = self._settings.waiter.deferred(value)
            return value if waiting is None else waiting
        except BaseException:  # sys.exit() in a hook is its failure, not the worker's end
            self.raised = self.raised or hook == COLLECT
            return Failure()
        finally:
            watch.since = watch.run = 0
            current_task.reset(token)
            seconds = (time.monotonic_ns() - began) / 1e9
            self.blocked += seconds
            if seconds >= self._settings.blocking_warning:
                self._warn(seconds)

    def _warn(self, seconds: float) -> None:
        text = "Task %s blocked for %.2f seconds in %s"
        logger.warning(text, self.task.name, seconds, HOOKS[self._hook], extra={"task": self.task.id})

    def _wait(self, deferred: Deferred[Any]) -> bool:
        """Take up the Deferred; True if it has fired already."""
        self._attached = False
        self._deferred = deferred
        deferred.addBoth(self._fire, deferred)
        if self._deferred is None:
            return True
        self._attached = True
        self._start_timer()
        return False

    def _fire(self, value: Any, deferred: Deferred[Any]) -> None:
        if deferred is not self._deferred:
            return  # given up on before
        self._deferred = None
        self._stop_timer()
        self.value = self._judged(value)
        if self._attached:  # else the loop is still there, and goes on
            self._resume()

    def _resume(self) -> None:
        if self._advance():
            self.start()
        else:
            self._end()

    def _judged(self, value: Any) -> Any:
        """Give a cancellation by the running timeout its name; other errors and values of a canceller stay."""
        if not (self.timed_out and self._hook == COLLECT and isinstance(value, Failure)):
            return value
        return Failure(RunningTimeoutError()) if value.check(CancelledError, asyncio.CancelledError) else value

    def _advance(self) -> bool:
        """Choose the next hook by how the last one ended; False when the chain is over."""
        hook = self._hook
        if hook == COLLECT:
            self._hook = ON_RESULT
        elif hook in (ON_RESULT, ON_SUCCESS) and isinstance(self.value, Failure):
            self._hook = ON_ERROR
            self.caught = True
        elif hook == ON_RESULT:
            self._hook = ON_SUCCESS
        elif hook == ON_COMPLETE:
            return False
        else:
            self._hook = ON_COMPLETE
        return True

    def _end(self) -> None:
        self.seconds = (time.monotonic_ns() - self._begun) / 1e9
        self._done(self)

    # Patience.

    def _start_timer(self) -> None:
        settings = self._settings
        if self._hook == COLLECT:
            if self.task.running_timeout > 0:
                self._timer = settings.clock.callLater(self.task.running_timeout, self._expire)
            return
        if self._until is None:
            self._until = settings.clock.seconds() + settings.hook_timeout
        self._timer = settings.clock.callLater(max(0, self._until - settings.clock.seconds()), self._abandon)

    def _stop_timer(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None

    def _expire(self) -> None:
        self._timer = None
        self.cancel(timeout=True)

    def _abandon(self) -> None:
        """Go on without what did not end after its cancellation, or without a later hook's Deferred."""
        self._timer = None
        if self._hook == COLLECT:
            self._give_up(Failure(RunningTimeoutError() if self.timed_out else CancelledError()))
            return
        self._hook = ON_COMPLETE  # a hook that hangs ends the chain
        self._give_up(Failure(HookTimeoutError()))

    def _give_up(self, failure: Failure) -> None:
        waiting = self._deferred
        self._deferred = None
        self._stop_timer()
        self.value = failure
        if waiting is not None and self._hook != COLLECT:
            with contextlib.suppress(Exception):  # its end is nobody's business any more
                waiting.cancel()
        self._resume()
