"""The beginning and the end of a process."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
from typing import Any

from host.rig import MAIN, Daemon

from zenpython.host.frames import Order, Report
from zenpython.host.handshake import COOKIE, COOKIE_NAME


def test_hello_says_who_it_is(worker: Daemon) -> None:
    _, version, told = worker.hello
    assert version == 1
    assert told["pid"] == worker.pid
    assert told["python"] == platform.python_version()
    assert told["role"] == "worker"


def test_run_by_hand_it_explains_itself() -> None:
    process = subprocess.run([sys.executable, "-I", MAIN, "worker"], env={}, capture_output=True, text=True)
    assert process.returncode == 2
    assert "run by hand" in process.stderr.replace("\n", " ")


def test_run_by_hand_from_the_package_it_explains_itself() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "zenpython.host", "worker"], cwd=MAIN.parents[2], capture_output=True, text=True
    )
    assert process.returncode == 2
    assert "zenpython run" in process.stderr
    assert COOKIE not in process.stderr


def test_unknown_role_is_explained() -> None:
    environment = {COOKIE_NAME: COOKIE, "ZENPYTHON_HOST_PATH": str(MAIN.parents[2])}
    process = subprocess.run([sys.executable, "-I", MAIN, "x"], env=environment, capture_output=True, text=True)
    assert process.returncode == 2
    assert "worker" in process.stderr


def test_daemon_of_another_version_is_refused(start: Any) -> None:
    daemon = start(credit=False, version=2)
    assert daemon.wait() == 3
    assert "version 2" in daemon.output()


def test_lost_daemon_ends_the_process(worker: Daemon) -> None:
    worker.socket.close()
    assert worker.wait() == 1
    assert "closed the connection" in worker.output()


def test_frame_that_is_none_ends_the_process(worker: Daemon) -> None:
    worker.socket.sendall(b"\x00\x00\x00\x01\xc1")
    assert worker.wait() == 1
    assert "cannot be decoded" in worker.output()


def test_drain_cleans_up_and_says_goodbye(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Passing")
    worker.configure(2, "hostplugins.SlowCleanup")
    worker.send(Order.DRAIN)
    worker.expect(Report.CLEANED, 1)
    worker.expect(Report.CLEANED, 2)
    assert worker.expect(Report.BYE) == [Report.BYE, "drained"]
    assert worker.wait() == 0


def test_sigterm_drains(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Passing")
    os.kill(worker.pid, signal.SIGTERM)
    worker.expect(Report.CLEANED, 1)
    worker.expect(Report.BYE)
    assert worker.wait() == 0


def test_sigint_is_the_daemons_business(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Passing")
    os.kill(worker.pid, signal.SIGINT)
    assert worker.run(1)[2] == "ok"


def test_drain_waits_for_the_run_in_progress(worker: Daemon) -> None:
    worker.configure(1, "hostplugins.Scripted", params={"collect": "never"})
    run = worker.collect(1)
    worker.expect(Report.STARTED, run)
    worker.send(Order.DRAIN)
    worker.send(Order.CANCEL, run, "shutdown")
    assert worker.expect(Report.RESULT, run)[2] == "error"
    worker.expect(Report.CLEANED, 1)
    assert worker.wait() == 0
