"""A worker process: tasks, what plugins ask for, logs, heartbeat."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from host.rig import Daemon, task_map

from zenpython.host.frames import Order, Report


def drop(worker: Daemon, task: int) -> Any:
    worker.send(Order.DROP, task)
    return worker.expect(Report.CLEANED, task)[2]


def test_instances_are_given_their_config_and_keep_state(worker: Daemon) -> None:
    for task in (1, 2):
        assert worker.configure(task, "hostplugins.Counting")[2:] == [None, {"start_delay": 5.0, "loop": "epoll"}]
    assert [worker.run(1)[3]["events"][0]["summary"] for _ in range(3)] == ["dev1 1", "dev1 2", "dev1 3"]
    assert worker.run(2)[3]["events"][0]["summary"] == "dev2 1"


def test_the_config_that_plugins_see(worker: Daemon) -> None:
    params = {"t": (1, "x"), "s": {1}, 5: None}
    worker.configure(1, "hostplugins.ConfigReader", params=params, attributes={"zThing": [1]})
    event = worker.run(1)[3]["events"][0]
    assert event["key"] == ("dev1", 300, "T", "ds1", "hostplugins.ConfigReader")
    assert event["params"] == params
    assert event["proxy"] == [1]
    assert event["missing"] == "absent"
    assert event["path"].endswith("/ds1_dp2")
    assert event["event_key"] == "k|ds1_dp2"


def test_cleanup_once(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Passing")
    worker.send(Order.DROP, 1)
    worker.send(Order.DROP, 1)
    assert worker.expect(Report.CLEANED, 1)[2] is None
    assert worker.expect(Report.CLEANED, 1)[2] is None
    worker.expect_log("cleanup of dev1")
    worker.configure(1, "hostplugins.Passing")
    assert worker.run(1)[2] == "ok"
    assert not [log for log in worker.logs if "cleanup" in log[3]]


def test_cleanup_waits_for_the_run(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Scripted", params={"collect": "never"})
    run = worker.collect(1)
    worker.send(Order.DROP, 1)
    worker.send(Order.DROP, 1)
    worker.send(Order.CANCEL, run, "timeout")
    assert worker.expect(Report.RESULT, run)[2] == "timeout"
    worker.expect(Report.CLEANED, 1)
    worker.expect(Report.CLEANED, 1)
    assert len([log for log in worker.logs if "cleanup" in log[3]]) == 1


def test_failing_cleanup_is_told(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.FailingCleanup")
    assert drop(worker, 1)[:2] == ["ValueError", "cleanup"]
    assert worker.configure(1, "hostplugins.FailingCleanup")[2] is None


def test_a_task_is_configured_once(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Passing")
    assert "configured already" in worker.configure(1, "hostplugins.Passing")[2][1]


def test_a_task_runs_once_at_a_time(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Scripted", params={"collect": "never"})
    first = worker.collect(1)
    assert "is running" in worker.run(1)[4][1]
    worker.send(Order.CANCEL, first, "shutdown")
    assert worker.expect(Report.RESULT, first)[2] == "error"


def test_running_timeout_in_real_time(worker: Daemon) -> None:
    worker.send(Order.CONFIGURE, 1, task_map(1, "hostplugins.Scripted", 0.05, params={"collect": "never"}))
    worker.expect(Report.CONFIGURED, 1)
    _, _, outcome, _, error, told = worker.run(1)
    assert outcome == "timeout"
    assert told["timed_out"] is True
    assert error[:2] == ["RunningTimeoutError", "running timeout"]


def test_publishing_between_runs(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Publisher")
    assert worker.run(1)[2] == "ok"
    assert worker.expect(Report.PUBLISH, 1)[2] == {"events": [{"summary": "0"}, {"summary": "1"}]}
    assert worker.expect(Report.PUBLISH, 1)[2] == {"values": {None: {"dp1": 1}}}
    assert worker.expect(Report.INTERVAL, 1)[2] == 60
    _, call, task, service, method, args, kwargs = worker.expect(Report.CALL)
    assert (task, service, method, args, kwargs) == (1, "EventService", "sendEvent", [{"a": 1}], {"wait": True})
    worker.send(Order.ANSWER, call, True, "yes")
    assert worker.expect(Report.PUBLISH, 1)[2] == {"events": [{"summary": "answer 'yes'"}]}
    assert worker.run(1)[2] == "ok"


def test_a_call_that_fails(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Publisher")
    worker.run(1)
    call = worker.expect(Report.CALL)[1]
    worker.send(Order.ANSWER, call, False, ["some.Error", "said no", ""])
    worker.send(Order.ANSWER, call, True, "twice")
    worker.send(Order.ANSWER, 4711, True, "nobody asked")
    while "answer" not in (published := str(worker.expect(Report.PUBLISH, 1)[2])):
        pass
    assert "some.Error: said no" in published


def test_injected_functions_do_nothing_after_the_end(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Keeper")
    drop(worker, 1)
    worker.expect_log("change after the end: None")
    assert not [frame for frame in worker.frames if frame[0] in (Report.PUBLISH, Report.INTERVAL)]


def test_results_wait_for_credit(start: Any) -> None:
    worker = start(credit=False)
    worker.configure(1, "hostplugins.Noop")
    runs = [worker.collect(1) for _ in range(3)]
    worker.expect(Report.STARTED, runs[2])
    assert not [frame for frame in worker.frames if frame[0] == Report.RESULT]
    worker.credit(1)
    worker.expect(Report.RESULT, runs[0])
    worker.credit(2)
    worker.expect(Report.RESULT, runs[2])
    worker.expect(Report.RESULT, runs[1])


def test_drain_gives_what_waited_for_credit(start: Any) -> None:
    worker = start(credit=False)
    worker.configure(1, "hostplugins.Noop")
    run = worker.collect(1)
    worker.send(Order.DRAIN)
    worker.expect(Report.RESULT, run)
    assert worker.wait() == 0


def test_print_and_logs_have_their_task(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Loud")
    assert worker.run(1)[2] == "ok"
    told = {log[3]: (log[1], log[2], log[4]) for log in worker.logs}
    assert told["printed dev1"] == (20, "stdout", 1)
    assert told["half a line, the other half"] == (30, "stderr", 1)
    assert told["logged dev1"] == (30, "zen.pack", 1)
    assert told["printed after await dev1"] == (20, "stdout", 1)
    assert told["printed in thread dev1"] == (20, "stdout", 1)
    assert worker.output() == "raw\n"


def test_log_level_is_the_daemons(start: Any) -> None:
    worker = start(log_level=40)
    worker.configure(1, "hostplugins.Loud")
    worker.run(1)
    assert not worker.logs


def test_blocking_warning_and_blocked_time(start: Any) -> None:
    worker = start(blocking_warning=0.01)
    worker.configure(1, "hostplugins.Blocking", params={"seconds": 0.02})
    told = worker.run(1)[5]
    assert told["blocked"] >= 0.02
    log = worker.expect_log("blocked for")
    assert log[1:3] == [30, "zen.python"]
    assert "dev1 300 T ds1 hostplugins.Blocking" in log[3]
    assert "in collect" in log[3]
    assert log[4] == 1


def until(worker: Daemon, what: Any) -> tuple[int, ...]:
    while not what(beat := worker.beat()):
        pass
    return beat


def test_heartbeat_shows_a_blocked_hook(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Noop")
    worker.configure(2, "hostplugins.Blocking", params={"seconds": 60})
    now, tick, since, run, _ = until(worker, lambda beat: beat[3] == 0)
    assert 0 <= now - tick < 10e9
    assert since == 0
    before, blocking, behind = worker.collect(1), worker.collect(2), worker.collect(1)
    now, tick, since, run, _ = until(worker, lambda beat: beat[3] != 0)
    assert run == blocking
    assert tick <= since <= now
    # What was done before the hook blocked has come all the same.
    worker.expect(Report.RESULT, before)
    worker.expect(Report.STARTED, blocking)
    assert [Report.STARTED, behind] not in worker.frames


def test_heartbeat_finds_who_blocks_outside_of_hooks(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.BlockingLater", params={"seconds": 60})
    run = worker.collect(1)
    _, tick, since, found, _ = until(worker, lambda beat: beat[3] != 0)
    assert found == run
    assert since == tick


def test_heartbeat_counts_threads(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Threads")
    run = worker.collect(1)
    until(worker, lambda beat: beat[4] == 1)
    worker.send(Order.CANCEL, run, "timeout")
    assert worker.expect(Report.RESULT, run)[2] == "timeout"
    # The Deferred is cancelled, its thread is not.
    assert worker.beat()[4] == 1
    drop(worker, 1)
    until(worker, lambda beat: beat[4] == 0)


def test_threads_that_never_return_do_not_keep_the_process(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.StuckThread")
    run = worker.collect(1)
    worker.expect(Report.STARTED, run)
    worker.send(Order.CANCEL, run, "timeout")
    worker.send(Order.DRAIN)
    assert worker.wait() == 0


def test_open_files_are_raised(worker: Daemon) -> None:
    limits = Path(f"/proc/{worker.pid}/limits").read_text()
    line = next(line for line in limits.splitlines() if line.startswith("Max open files"))
    assert line.split()[3] == line.split()[4]


def test_a_worker_of_the_other_loop_is_asked_for(worker: Daemon) -> None:
    assert worker.configure(1, "hostplugins.OnAsyncio")[2:] == [None, {"start_delay": None, "loop": "asyncio"}]
    assert "not configured" in worker.run(1)[4][1]


def test_asyncio(start: Any) -> None:
    worker = start(loop="asyncio")
    assert worker.configure(1, "hostplugins.OnAsyncio")[3]["loop"] == "asyncio"
    event = worker.run(1)[3]["events"][0]
    assert event["summary"] == "deferred"
    assert event["name"] == "s"
    assert "EventLoop" in event["loop"]
    worker.configure(2, "hostplugins.OnAsyncioExit")
    assert "SystemExit" in worker.run(2)[4][1]
    worker.send(Order.CONFIGURE, 3, task_map(3, "hostplugins.OnAsyncioForever", 0.05))
    worker.expect(Report.CONFIGURED, 3)
    assert worker.run(3)[4][0] == "RunningTimeoutError"
    worker.configure(4, "hostplugins.Scripted", params={"collect": "generator"})
    assert worker.run(4)[3] == {"events": [{"summary": "s"}]}
    assert worker.run(1)[2] == "ok"


def test_ten_thousand_interleaved_runs(worker: Daemon) -> None:
    moves = ("plain", "later", "coroutine", "inline", "fail_later", "raise", "thread", "never")
    for task in range(1, 201):
        timeout = 0.01 if task % len(moves) == len(moves) - 1 else 900
        params = {"collect": moves[task % len(moves)]}
        worker.send(Order.CONFIGURE, task, task_map(task, "hostplugins.Scripted", timeout, params=params))
    for task in range(1, 201):
        worker.expect(Report.CONFIGURED, task)
    runs: dict[int, int] = {}
    outcomes: dict[str, int] = {}
    for _ in range(50):
        for task in range(1, 201):
            runs[worker.collect(task)] = task
        for _ in range(200):
            _, run, outcome, *_ = worker.expect(Report.RESULT)
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
            task = runs.pop(run)
            assert (outcome == "timeout") == (moves[task % len(moves)] == "never")
        worker.frames.clear()
        worker.logs.clear()
    assert not runs
    assert outcomes == {"ok": 6250, "error": 2500, "timeout": 1250}


def rss(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def test_memory_of_a_task(worker: Daemon) -> None:
    def configure(first: int, last: int) -> None:
        for task in range(first, last):
            worker.send(Order.CONFIGURE, task, task_map(task, "hostplugins.Noop"))
        for task in range(first, last):
            worker.expect(Report.CONFIGURED, task)
            worker.run(task)

    configure(0, 1000)
    before = rss(worker.pid)
    configure(1000, 4000)
    each = (rss(worker.pid) - before) / 3000
    print(f"{each:.0f} bytes a task")
    assert each <= 3 * 1024


def test_ten_thousand_configs_are_forgotten(worker: Daemon) -> None:
    def churn(first: int) -> None:
        for task in range(first, first + 2000):
            worker.send(Order.CONFIGURE, task, task_map(task, "hostplugins.Noop"))
            worker.send(Order.DROP, task)
        for task in range(first, first + 2000):
            worker.expect(Report.CLEANED, task)
        worker.frames.clear()
        worker.logs.clear()

    churn(0)
    churn(2000)
    before = rss(worker.pid)
    churn(4000)
    churn(6000)
    assert rss(worker.pid) - before < 1 << 20
