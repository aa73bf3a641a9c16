"""The builder role: answers the daemon's questions about data sources, which the model of its devices decides."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.python.failure import Failure

from zenpython.host.connection import Connection
from zenpython.host.errors import describe
from zenpython.host.frames import Order, Report, element

logger = logging.getLogger("zen.python.builder")


class ModelService(Protocol):
    """What answers the methods of building."""

    def handle(self, method: str, args: Mapping[str, Any]) -> Any:
        """Return the method's value, or a Deferred of it."""


def model_service(welcome: Mapping[str, Any]) -> ModelService:
    """Return the service that answers building; a worker never needs it."""
    service: ModelService = importlib.import_module("zenpython.model.service").Service(welcome)
    return service


class Builder:
    """Hands requests to the model service. ``stop`` is called with a reason when the daemon asks for the end."""

    def __init__(self, connection: Connection, service: ModelService, stop: Callable[[str], None]) -> None:
        self._connection = connection
        self._service = service
        self._stop = stop
        self._open = 0
        self._draining = False

    def receive(self, frame: list[Any]) -> None:
        """Handle a frame of the daemon."""
        if frame[0] == Order.BUILD:
            self._build(element(frame, 1), element(frame, 2), element(frame, 3) or {})
        elif frame[0] == Order.DRAIN:
            self.drain()
        elif frame[0] != Order.CREDIT:  # nothing that a builder sends needs credit
            logger.warning("frame %s is none that a builder knows", frame[0])

    def lost(self) -> None:
        """Take notice that the daemon is gone."""

    def drain(self) -> None:
        """Answer what is open, and stop."""
        self._draining = True
        self._stop_if_drained()

    def _build(self, request: Any, method: str, args: dict[str, Any]) -> None:
        self._open += 1
        answer: Deferred[Any] = maybeDeferred(self._service.handle, method, args)
        answer.addCallback(lambda value: self._connection.send(Report.BUILT.value, request, True, value))
        answer.addErrback(self._failed, request)
        answer.addBoth(lambda _: self._answered())

    def _failed(self, failure: Failure, request: Any) -> None:
        self._connection.send(Report.BUILT.value, request, False, describe(failure))

    def _answered(self) -> None:
        self._open -= 1
        self._stop_if_drained()

    def _stop_if_drained(self) -> None:
        if self._draining and not self._open:
            self._stop("drained")
