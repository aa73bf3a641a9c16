"""Remote calls of plugins: ``getService(name)`` gives a reference whose ``callRemote`` asks the daemon (spec §2.3)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.python.failure import Failure

from zenpython.host.errors import ConnectionLost, RemoteError
from zenpython.host.frames import Report


class Calls:
    """The calls that wait for their answers. ``send`` sends a frame."""

    def __init__(self, send: Callable[..., None]) -> None:
        self._send = send
        self._numbers = count(1)
        self._waiting: dict[int, Deferred[Any]] = {}

    def call(
        self, task: Any, service: str, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Deferred[Any]:
        """Call a service's method; the Deferred fires with its value or a RemoteError."""
        number = next(self._numbers)
        try:
            self._send(Report.CALL.value, number, task, service, method, list(args), kwargs)
        except Exception:
            return fail(Failure())
        answer: Deferred[Any] = Deferred(lambda _: self._waiting.pop(number, None))
        self._waiting[number] = answer
        return answer

    def answer(self, number: int, ok: bool, value: Any) -> None:
        """Fire the Deferred of a call; nobody may wait for it any more."""
        waiting = self._waiting.pop(number, None)
        if waiting is None:
            return
        if ok:
            waiting.callback(value)
        else:
            waiting.errback(RemoteError(*value))

    def fail_all(self) -> None:
        """Fail what still waits: the daemon is gone."""
        waiting, self._waiting = self._waiting, {}
        for deferred in waiting.values():
            deferred.errback(ConnectionLost("the daemon is gone"))


class RemoteService:
    """A reference to a service of the hub."""

    def __init__(self, calls: Calls, task: Any, name: str) -> None:
        self._calls = calls
        self._task = task
        self.name = name

    def callRemote(self, method: str, *args: Any, **kwargs: Any) -> Deferred[Any]:
        """Call the service's method; its answer fires the Deferred."""
        return self._calls.call(self._task, self.name, method, args, kwargs)
