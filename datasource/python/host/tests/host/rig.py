"""A daemon for tests: the other end of a real worker or builder process."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import struct
import sys
import time
from pathlib import Path
from typing import Any

from zenpython.host.frames import FrameReader, Order, Report, framed
from zenpython.host.handshake import COOKIE, COOKIE_NAME
from zenpython.host.values import Codec

HOST = Path(__file__).parents[2]
PLUGINS = Path(__file__).parent / "plugins"
MAIN = HOST / "zenpython" / "host" / "__main__.py"
#: A test that waits longer than this has failed. It bounds nothing else.
PATIENCE = 30.0


class Daemon:
    """Starts a process of the host and speaks the daemon's side of the protocol."""

    def __init__(self, role: str = "worker", version: int = 1, **welcome: Any) -> None:
        self.codec = Codec(b"k" * 32, opaque=True)
        self.logs: list[list[Any]] = []
        self.frames: list[list[Any]] = []
        self._reader = FrameReader(self.codec)
        self._next_run = 0
        self.socket, theirs = socket.socketpair()
        self.socket.settimeout(PATIENCE)
        self.beats, beats_write = os.pipe()
        self.stdout, stdout_write = os.pipe()
        self.pid = self._spawn(role, theirs.fileno(), beats_write, stdout_write)
        theirs.close()
        os.close(beats_write)
        os.close(stdout_write)
        self.status: int | None = None
        self.hello = self.expect(Report.HELLO)
        self.send(Order.WELCOME, version, {
            "options": {}, "packs": [], "sys_path": [str(PLUGINS)], "loop": "epoll", "threads": 4, "http": 16,
            "blocking_warning": 3.0, "cache": "", "log_level": 20, "opaque_key": b"k" * 32, **welcome,
        })  # fmt: skip

    def _spawn(self, role: str, frames: int, beats: int, stdout: int) -> int:
        # Out of the way of the numbers they are to get: a descriptor that is duplicated to itself stays close-on-exec.
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 20) for fd in (frames, beats, stdout)]
        actions = [(os.POSIX_SPAWN_DUP2, fd, number) for fd, number in zip(high, (3, 4, 1), strict=True)]
        actions.append((os.POSIX_SPAWN_DUP2, high[2], 2))
        actions.append((os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0))
        environment = {COOKIE_NAME: COOKIE, "ZENPYTHON_HOST_PATH": str(HOST), "PATH": os.environ["PATH"]}
        arguments = [sys.executable, "-I", str(MAIN), role]
        pid = os.posix_spawn(sys.executable, arguments, environment, file_actions=actions, setpgroup=0)
        for fd in high:
            os.close(fd)
        return pid

    def send(self, order: Order, *elements: Any) -> None:
        """Send a frame."""
        self.socket.sendall(framed(self.codec.encode([order.value, *elements])))

    def expect(self, report: Report, *elements: Any) -> list[Any]:
        """Return the next frame of this kind that begins with these elements; others are kept, logs apart."""
        while True:
            for i, frame in enumerate(self.frames):
                if frame[0] == report and frame[1 : 1 + len(elements)] == list(elements):
                    return self.frames.pop(i)
            self._receive()

    def expect_log(self, text: str) -> list[Any]:
        """Return the next log frame with this in its text; the logs before it stay."""
        while True:
            for i, frame in enumerate(self.logs):
                if text in frame[3]:
                    return self.logs.pop(i)
            self._receive()

    def _receive(self) -> None:
        data = self.socket.recv(1 << 20)
        if not data:
            raise EOFError(f"the process is gone; it had said {self.logs} {self.frames} and {self.output()}")
        for frame in self._reader.feed(data):
            (self.logs if frame[0] == Report.LOG else self.frames).append(frame)

    def configure(self, task: int, cls: str, **changes: Any) -> list[Any]:
        """Configure a task and return the answer."""
        self.send(Order.CONFIGURE, task, task_map(task, cls, **changes))
        return self.expect(Report.CONFIGURED, task)

    def collect(self, task: int) -> int:
        """Start a run and return its number."""
        self._next_run += 1
        self.send(Order.COLLECT, task, self._next_run, 0.0, 0)
        return self._next_run

    def run(self, task: int) -> list[Any]:
        """Do a whole run and return its result frame, filled up with nils."""
        run = self.collect(task)
        result = self.expect(Report.RESULT, run)
        return result + [None] * (6 - len(result))

    def credit(self, count: int = 1_000_000) -> None:
        """Give credit."""
        self.send(Order.CREDIT, count)

    def beat(self) -> tuple[int, ...]:
        """Return the next heartbeat: now, tick, since, run, threads."""
        return struct.unpack("<5Q", os.read(self.beats, 40))

    def output(self) -> str:
        """Return what the process wrote to stdout and stderr so far."""
        os.set_blocking(self.stdout, False)
        try:
            return os.read(self.stdout, 1 << 16).decode()
        except BlockingIOError:
            return ""

    def wait(self) -> int:
        """Wait for the end of the process and return its exit status, negative for a signal."""
        until = time.monotonic() + PATIENCE
        while self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > until:
                raise TimeoutError("the process does not end")
            else:
                time.sleep(0.01)
        return self.status

    def close(self) -> None:
        """End the process in any case."""
        self.socket.close()
        if self.status is None:
            os.killpg(self.pid, signal.SIGKILL)
            self.wait()
        os.close(self.beats)
        os.close(self.stdout)


def source_map(task: int, cls: str, **changes: Any) -> dict[str, Any]:
    """Return a data source as a configure frame has it."""
    return {
        "device": f"dev{task}", "manageIp": "127.0.0.1", "component": None, "template": "T", "datasource": "ds1",
        "config_key": (f"dev{task}", 300, "T", "ds1", cls), "params": {}, "cycletime": 300, "eventClass": "/Status",
        "eventKey": "k", "severity": 3, "plugin_classname": cls, "attributes": {},
        "points": [
            {"id": name, "dpName": f"ds1_{name}", "component": None, "rrdPath": None, "rrdType": "GAUGE",
             "rrdCreateCommand": "", "rrdMin": None, "rrdMax": None, "tags": {},
             "metadata": {"type": "METRIC_DATA", "contextKey": f"Devices/dev{task}", "deviceId": f"dev{task}",
                          "contextId": f"dev{task}", "deviceUUID": f"uuid-{task}", "contextUUID": f"uuid-{task}"}}
            for name in ("dp1", "dp2")
        ],
        **changes,
    }  # fmt: skip


def task_map(task: int, cls: str, running_timeout: float = 900.0, **changes: Any) -> dict[str, Any]:
    """Return the map of a configure frame: one data source with two datapoints."""
    device = f"dev{task}"
    return {
        "plugin_classname": cls, "name": f"{device} 300 T ds1 {cls}", "interval": 300,
        "running_timeout": running_timeout,
        "config": {
            "id": device, "configId": device, "manageIp": "127.0.0.1", "deviceGuid": f"uuid-{task}",
            "datasources": [source_map(task, cls, **changes)], "thresholds": [],
        },
    }  # fmt: skip
