"""The builder role: requests reach the model service, answers and errors come back."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import Deferred

from zenpython.host.builder import Builder
from zenpython.host.frames import Order, Report
from zenpython.host.values import Codec


class Sent:
    """Stands for the connection: keeps what is sent, if it has a form."""

    def __init__(self) -> None:
        self.codec = Codec(b"k" * 32, opaque=True)
        self.frames: list[Any] = []

    def send(self, *elements: Any) -> None:
        self.frames.append(self.codec.decode(self.codec.encode(list(elements))))


class Service:
    def __init__(self) -> None:
        self.waiting: Deferred[Any] = Deferred()

    def handle(self, method: str, args: Mapping[str, Any]) -> Any:
        if method == "later":
            return self.waiting
        if method == "raise":
            raise ValueError("no")
        if method == "odd":
            return lambda: None
        return [method, dict(args)]


def rig() -> tuple[Builder, Sent, Service, list[str]]:
    sent, service, stopped = Sent(), Service(), []
    return Builder(sent, service, stopped.append), sent, service, stopped  # type: ignore[arg-type]


def test_values_and_errors() -> None:
    builder, sent, _, _ = rig()
    builder.receive([Order.BUILD, 1, "types", {"a": 1}])
    builder.receive([Order.BUILD, 2, "raise", None])
    builder.receive([Order.CREDIT, 5])
    builder.receive([99])
    assert sent.frames[0] == [Report.BUILT, 1, True, ["types", {"a": 1}]]
    assert sent.frames[1][:3] == [Report.BUILT, 2, False]
    assert sent.frames[1][3][:2] == ["ValueError", "no"]


def test_values_that_only_python_reads() -> None:
    builder, sent, _, _ = rig()
    builder.receive([Order.BUILD, 1, "types", {"a": datetime.timedelta(1)}])
    assert sent.frames[0][3] == ["types", {"a": datetime.timedelta(1)}]


def test_a_value_without_a_form_is_an_error() -> None:
    builder, sent, _, _ = rig()
    builder.receive([Order.BUILD, 1, "odd", {}])
    ((_, request, ok, error),) = sent.frames
    assert (request, ok) == (1, False)
    assert "function" in error[1]


def test_drain_answers_what_is_open() -> None:
    builder, sent, service, stopped = rig()
    builder.receive([Order.BUILD, 1, "later", {}])
    builder.receive([Order.DRAIN])
    assert stopped == []
    service.waiting.callback("value")
    assert sent.frames == [[Report.BUILT, 1, True, "value"]]
    assert stopped == ["drained"]
