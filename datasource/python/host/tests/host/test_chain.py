"""The chain against a virtual clock: running timeout, cancellation, patience, blocked time."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from host.rig import PLUGINS
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from zenpython.host.chain import Run, Settings
from zenpython.host.current import current_task
from zenpython.host.errors import HookTimeoutError, RunningTimeoutError
from zenpython.host.heartbeat import Watch
from zenpython.host.waiting import Waiter

sys.path.insert(0, str(PLUGINS))
import hostplugins


class Bench:
    """Runs chains of one task on a clock of its own."""

    def __init__(self, plugin: Any = None, running_timeout: float = 30.0, **params: str) -> None:
        self.clock = Clock()
        self.watch = Watch()
        self.settings = Settings(self.clock, self.watch, Waiter(), blocking_warning=3, hook_timeout=20)
        config = SimpleNamespace(id="dev1", datasources=[SimpleNamespace(params=params)])
        self.task = SimpleNamespace(
            id=7, name="dev1 300 x", config=config, running_timeout=running_timeout,
            plugin=plugin or hostplugins.Scripted(),
        )  # fmt: skip
        self.ended: list[Run] = []

    def start(self) -> Run:
        run = Run(1, self.task, self.settings, self.ended.append)
        run.start()
        return run

    def idle(self) -> bool:
        """Report whether no timer is left."""
        return not self.clock.getDelayedCalls()


def test_running_timeout_cancels_collect() -> None:
    bench = Bench(collect="never")
    run = bench.start()
    bench.clock.advance(29.9)
    assert not bench.ended
    bench.clock.advance(0.1)
    assert bench.ended == [run]
    assert run.outcome == "timeout"
    assert run.value.type is RunningTimeoutError
    assert run.value.getErrorMessage() == "running timeout"
    assert bench.idle()


def test_swallowed_timeout_stays_a_timeout() -> None:
    bench = Bench(collect="never", onError="plain")
    run = bench.start()
    bench.clock.advance(30)
    assert (run.outcome, run.value) == ("timeout", hostplugins.DATA)


def test_cancellers_own_error_is_kept() -> None:
    bench = Bench(collect="canceller_keyerror")
    run = bench.start()
    bench.clock.advance(30)
    assert run.outcome == "timeout"
    assert run.value.type is KeyError


def test_cancellers_own_value_is_kept() -> None:
    bench = Bench(collect="canceller_value")
    run = bench.start()
    bench.clock.advance(30)
    assert (run.outcome, run.value) == ("timeout", {"interval": 7})


def test_canceller_that_raises_ends_the_wait() -> None:
    bench = Bench(collect="canceller_raises")
    run = bench.start()
    bench.clock.advance(30)
    assert bench.ended == [run]
    assert run.value.type is KeyError
    assert bench.idle()


def test_no_running_timeout() -> None:
    bench = Bench(collect="never", running_timeout=0)
    bench.start()
    assert bench.idle()


def test_timeout_counts_from_collects_return_to_its_firing() -> None:
    waiting: Deferred[Any] = Deferred()
    plugin = hostplugins.Scripted()
    plugin.collect = lambda config: waiting
    later: Deferred[Any] = Deferred()
    plugin.onSuccess = lambda result, config: later
    bench = Bench(plugin)
    run = bench.start()
    bench.clock.advance(29)
    waiting.callback({"a": 1})
    bench.clock.advance(10)
    assert not bench.ended
    later.callback({"interval": 5})
    assert (run.outcome, run.value) == ("ok", {"interval": 5})
    assert bench.idle()


def test_hooks_after_collect_share_their_patience() -> None:
    plugin = hostplugins.Scripted()
    first: Deferred[Any] = Deferred()
    plugin.onResult = lambda result, config: first
    plugin.onSuccess = lambda result, config: Deferred()
    bench = Bench(plugin)
    run = bench.start()
    bench.clock.advance(15)
    first.callback({})
    bench.clock.advance(4.9)
    assert not bench.ended
    bench.clock.advance(0.1)
    assert run.outcome == "error"
    assert run.value.type is HookTimeoutError
    assert bench.idle()


def test_collect_that_swallows_its_cancellation_is_given_up() -> None:
    async def swallowing() -> Any:
        try:
            await Deferred()
        except BaseException:
            await Deferred()

    plugin = hostplugins.Scripted()
    plugin.collect = lambda config: swallowing()
    bench = Bench(plugin)
    run = bench.start()
    bench.clock.advance(30)
    assert not bench.ended
    bench.clock.advance(20)
    assert run.outcome == "timeout"
    assert run.value.type is RunningTimeoutError
    assert bench.idle()


def test_what_fires_after_it_was_given_up_is_ignored() -> None:
    waiting: Deferred[Any] = Deferred()
    plugin = hostplugins.Scripted()
    plugin.onResult = lambda result, config: waiting
    bench = Bench(plugin)
    bench.start()
    bench.clock.advance(20)
    assert len(bench.ended) == 1
    waiting.callback("late")
    assert len(bench.ended) == 1


@pytest.mark.parametrize(
    ("timeout", "outcome", "error"), [(True, "timeout", RunningTimeoutError), (False, "error", CancelledError)]
)
def test_the_daemon_cancels(timeout: bool, outcome: str, error: type) -> None:
    bench = Bench(collect="never")
    run = bench.start()
    run.cancel(timeout=timeout)
    assert run.outcome == outcome
    assert run.value.type is error
    assert bench.idle()
    run.cancel(timeout=timeout)  # too late, and harmless
    assert len(bench.ended) == 1


def test_the_daemons_timeout_leaves_later_hooks_alone() -> None:
    bench = Bench(collect="plain", onSuccess="never")
    run = bench.start()
    run.cancel(timeout=True)
    assert not bench.ended
    run.cancel(timeout=False)
    assert bench.ended == [run]
    assert run.outcome == "error"


def test_asyncio_cancellation_is_the_running_timeout_too() -> None:
    import asyncio

    waiting: Deferred[Any] = Deferred(lambda d: d.errback(Failure(asyncio.CancelledError())))
    plugin = hostplugins.Scripted()
    plugin.collect = lambda config: waiting
    bench = Bench(plugin)
    run = bench.start()
    bench.clock.advance(30)
    assert run.value.type is RunningTimeoutError


def test_long_chains_of_plain_hooks_need_no_stack() -> None:
    """A hook that starts the next run when it ends must not recurse: ten thousand runs fire each other's Deferreds."""
    waiting: list[Deferred[Any]] = [Deferred() for _ in range(10_000)]
    ended: list[Run] = []
    settings = Bench().settings
    for i, deferred in enumerate(waiting):
        plugin = hostplugins.Passing()
        plugin.collect = lambda config, d=deferred: d
        task = SimpleNamespace(id=i, name="", config=None, plugin=plugin, running_timeout=0.0)
        Run(i, task, settings, ended.append).start()
    for deferred in reversed(waiting):
        deferred.callback(None)
    assert [run.outcome for run in ended] == ["ok"] * 10_000


def test_the_watch_and_the_context_know_the_hook() -> None:
    seen: list[Any] = []
    bench = Bench(hostplugins.Scripted())
    bench.task.plugin.collect = lambda config: seen.append(
        (bench.watch.run, bench.watch.since > 0, current_task.get())
    )
    bench.start()
    assert seen == [(1, True, 7)]
    assert (bench.watch.run, bench.watch.since, current_task.get()) == (0, 0, None)


def test_blocking_is_warned_of(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    now = [1_000]
    monkeypatch.setattr("zenpython.host.chain.time.monotonic_ns", lambda: now[0])

    def blocking(config: Any) -> None:
        now[0] += 4_000_000_000

    plugin = hostplugins.Scripted()
    plugin.collect = blocking
    with caplog.at_level("WARNING", "zen.python"):
        run = Bench(plugin).start()
    assert run.blocked == 4.0
    assert caplog.messages == ["Task dev1 300 x blocked for 4.00 seconds in collect"]
