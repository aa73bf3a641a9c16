"""The failure matrix of spec §4.10 with the stances of §10, row by row."""

from __future__ import annotations

import re
from typing import Any

import pytest
from host.rig import Daemon

from zenpython.host.frames import Order, Report

EVENTS = {"events": [{"summary": "s"}]}
SUCCESS = ["collect", "onResult", "onSuccess", "onComplete"]
FAILURE = ["collect", "onResult", "onError", "onComplete"]

# What the hooks do → hooks called, outcome, data, type of the error, further facts.
MATRIX: dict[str, tuple[dict[str, str], list[str], str, Any, str | None, dict[str, Any]]] = {
    "collect returns a dict": ({"collect": "plain"}, SUCCESS, "ok", EVENTS, None, {}),
    "collect returns None": ({"collect": "none"}, SUCCESS, "ok", None, None, {}),
    "a Deferred that has fired": ({"collect": "fired"}, SUCCESS, "ok", EVENTS, None, {}),
    "a Deferred that fires": ({"collect": "later"}, SUCCESS, "ok", EVENTS, None, {}),
    "a Deferred that fires None": ({"collect": "later_none"}, SUCCESS, "ok", None, None, {}),
    "inlineCallbacks": ({"collect": "inline"}, SUCCESS, "ok", EVENTS, None, {}),
    "a coroutine": ({"collect": "coroutine"}, SUCCESS, "ok", EVENTS, None, {}),
    "a generator": ({"collect": "generator"}, SUCCESS, "ok", EVENTS, None, {}),
    "an awaitable": ({"collect": "awaitable"}, SUCCESS, "ok", EVENTS, None, {}),
    "a thread": ({"collect": "thread"}, SUCCESS, "ok", EVENTS, None, {}),
    "an empty dict": ({"collect": "empty"}, SUCCESS, "ok", None, None, {}),
    "collect raises": ({"collect": "raise"}, FAILURE, "error", None, "ValueError", {"raised": True}),
    "collect raises, onError handles it": (
        {"collect": "raise", "onError": "plain"}, FAILURE, "error", EVENTS, None, {"raised": True}),
    "collect exits": ({"collect": "exit"}, FAILURE, "error", None, "SystemExit", {"raised": True}),
    "collect's Deferred has failed": ({"collect": "fail"}, FAILURE, "error", None, "ValueError", {}),
    "collect's Deferred fails": ({"collect": "fail_later"}, FAILURE, "error", None, "ValueError", {}),
    "collect's coroutine raises": ({"collect": "fail_coroutine"}, FAILURE, "error", None, "ValueError", {}),
    "onError handles it": ({"collect": "fail", "onError": "plain"}, FAILURE, "handled", EVENTS, None, {}),
    "onError handles it later": ({"collect": "fail", "onError": "coroutine"}, FAILURE, "handled", EVENTS, None, {}),
    "onComplete handles it": ({"collect": "fail", "onComplete": "plain"}, FAILURE, "handled", EVENTS, None, {}),
    "onResult raises": (
        {"onResult": "raise"}, ["collect", "onResult", "onError", "onComplete"], "error", None, "ValueError", {}),
    "onResult makes a value of a failure": ({"collect": "fail", "onResult": "plain"}, SUCCESS, "ok", EVENTS, None, {}),
    "onSuccess raises": (
        {"onSuccess": "raise"}, ["collect", "onResult", "onSuccess", "onError", "onComplete"],
        "error", None, "ValueError", {}),
    "onSuccess raises, onError handles it": (
        {"onSuccess": "raise", "onError": "plain"}, ["collect", "onResult", "onSuccess", "onError", "onComplete"],
        "handled", EVENTS, None, {}),
    "onError raises": ({"collect": "fail", "onError": "exit"}, FAILURE, "error", None, "SystemExit", {}),
    "onComplete raises": ({"collect": "plain", "onComplete": "raise"}, SUCCESS, "error", None, "ValueError", {}),
    "onComplete fails later": (
        {"collect": "plain", "onComplete": "fail_later"}, SUCCESS, "error", None, "ValueError", {}),
    "every hook waits": (
        {hook: "later" for hook in SUCCESS}, SUCCESS, "ok", EVENTS, None, {}),
    "a list": ({"collect": "list"}, SUCCESS, "ok", {"rejected": [["bad_result", "list"]]}, None, {}),
    "an empty list": ({"collect": "empty_list"}, SUCCESS, "ok", {"rejected": [["bad_result", "list"]]}, None, {}),
    "text": ({"collect": "text"}, SUCCESS, "ok", {"rejected": [["bad_result", "str"]]}, None, {}),
    "True": ({"collect": "true"}, SUCCESS, "ok", {"rejected": [["bad_result", "bool"]]}, None, {}),
    "a tuple of events": (
        {"collect": "tuple_events"}, SUCCESS, "ok", {"events": [{"summary": "a"}, {"summary": "b"}]}, None, {}),
    "events that are None": ({"collect": "none_events"}, SUCCESS, "ok", {"interval": 60}, None, {}),
    "an event that is no dict": (
        {"collect": "bad_event"}, SUCCESS, "ok",
        {"events": [{"summary": "kept"}], "values": {None: {"dp1": 1}}, "interval": 60,
         "rejected": [["bad_event", "str"]]}, None, {}),
    "an interval that is no number": (
        {"collect": "bad_interval"}, SUCCESS, "ok",
        {"values": {None: {"dp1": 1}}, "rejected": [["bad_result", "soon"]]}, None, {}),
}  # fmt: skip


def hooks_of(worker: Daemon) -> list[str]:
    told = [match[1] for log in worker.logs if log[2] == "trace" and (match := re.match(r"(\w+)\(", log[3]))]
    worker.logs.clear()
    return told


def without_texts(data: Any, expected: Any) -> Any:
    """Put the expected word in place of a rejected item's text that has it."""
    for item, want in zip((data or {}).get("rejected", ()), (expected or {}).get("rejected", ()), strict=False):
        if want[1] in item[1]:
            item[1] = want[1]
    return data


@pytest.fixture(scope="module")
def shared() -> Any:
    daemon = Daemon()
    daemon.credit()
    yield daemon
    daemon.close()


@pytest.mark.parametrize("row", MATRIX)
def test_matrix(shared: Daemon, row: str) -> None:
    params, hooks, outcome, data, error, facts = MATRIX[row]
    task = list(MATRIX).index(row)
    assert shared.configure(task, "hostplugins.Scripted", params=params)[2] is None
    _, _, got_outcome, got_data, got_error, told = shared.run(task)
    assert hooks_of(shared) == hooks
    assert got_outcome == outcome
    assert without_texts(got_data, data) == data
    assert (got_error[0] if got_error else None) == error
    assert {key: told.get(key) for key in facts} == facts
    assert not told.get("timed_out")
    # The next run is as good as the first.
    assert shared.run(task)[2] == outcome
    hooks_of(shared)


def test_an_errors_text_and_traceback_are_told(shared: Daemon) -> None:
    shared.configure(500, "hostplugins.Scripted", params={"collect": "raise"})
    kind, text, traceback = shared.run(500)[4]
    assert (kind, text) == ("ValueError", "raised")
    assert "hostplugins.py" in traceback
    assert "in raising" in traceback


def test_onerror_sees_the_error_of_onresult(shared: Daemon) -> None:
    shared.logs.clear()
    shared.configure(501, "hostplugins.Scripted", params={"onResult": "raise"})
    shared.run(501)
    assert [log[3] for log in shared.logs if log[2] == "trace"][2:] == ["onError(ValueError)", "onComplete(ValueError)"]
    shared.logs.clear()


def test_plugin_without_hooks_fails_in_the_hook(shared: Daemon) -> None:
    shared.configure(502, "hostplugins.Bare")
    _, _, outcome, _, error, _ = shared.run(502)
    assert outcome == "error"
    assert error[0] == "AttributeError"
    assert "onResult" in error[1] or "onComplete" in error[1]
    shared.send(Order.DROP, 502)
    assert shared.expect(Report.CLEANED, 502)[2] is None


@pytest.mark.parametrize(
    ("cls", "kind", "word"),
    [
        ("hostplugins.Nope", "ImportError", "Nope"),
        ("no_such_module.Nope", "ModuleNotFoundError", "no_such_module"),
        ("hostplugins.OtherParameter", "TypeError", "configuration"),
        ("hostplugins.NoConstruction", "SystemExit", "no"),
        ("hostplugins.OnNoLoop", "ValueError", "uvloop"),
        ("hostplugins_broken.Plugin", "SyntaxError", ""),
        ("hostplugins_exit.Plugin", "SystemExit", "9"),
    ],
)
def test_what_cannot_be_made_costs_its_task_alone(shared: Daemon, cls: str, kind: str, word: str) -> None:
    shared.frames.clear()
    _, _, error, _ = shared.configure(600, cls)
    assert error[0] == kind
    assert word in error[1]
    assert shared.configure(601, "hostplugins.Passing")[2] is None
    assert shared.run(601)[2] == "ok"
    shared.send(Order.DROP, 601)
    shared.expect(Report.CLEANED, 601)


def test_run_of_an_unknown_task_is_an_error(shared: Daemon) -> None:
    _, _, outcome, _, error, _ = shared.run(999)
    assert outcome == "error"
    assert "999 is not configured" in error[1]


def test_stray_errors_do_not_end_the_worker(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Stray")
    for _ in range(3):
        assert worker.run(1)[2] == "ok"
    worker.expect_log("AlreadyCalledError")
    worker.expect_log("unhandled")
    worker.expect_log("SystemExit")


def test_os_exit_dies_with_its_run_started(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Passing")
    worker.configure(2, "hostplugins.Dying")
    assert worker.run(1)[2] == "ok"
    run = worker.collect(2)
    worker.expect(Report.STARTED, run)
    assert worker.wait() == 5
