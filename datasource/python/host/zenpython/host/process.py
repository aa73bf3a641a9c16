"""One worker or builder process, from the welcome to its end."""

from __future__ import annotations

import faulthandler
import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

from zenpython.host import handshake, logs, reactors
from zenpython.host.builder import Builder, model_service
from zenpython.host.chain import Settings
from zenpython.host.connection import Connection
from zenpython.host.frames import Report
from zenpython.host.heartbeat import Heartbeat, Watch
from zenpython.host.values import Codec
from zenpython.host.waiting import Waiter
from zenpython.host.worker import Worker

logger = logging.getLogger("zen.python.worker")

#: How long threads that do not return may hold up the end of the process.
_END_SECONDS = 5.0


class Process:
    """Owns reactor, connection and role, and ends them."""

    def __init__(self, role: str, sock: socket.socket, welcome: Mapping[str, Any]) -> None:
        self._loop = welcome.get("loop") or reactors.EPOLL
        self._reactor = reactors.install(self._loop)
        codec = Codec(welcome.get("opaque_key") or os.urandom(32), opaque=role == "builder")
        self._connection = Connection(self._reactor, sock, codec)
        logs.set_up(self._connection, int(welcome.get("log_level") or logging.INFO))
        self._threads = reactors.set_up_threads(self._reactor, int(welcome.get("threads") or 10))
        self._watch = Watch()
        self._exit_code = 0
        self._stopping = False
        self._role = self._make_builder(welcome) if role == "builder" else self._make_worker(welcome)

    def run(self) -> int:
        """Run until the daemon has had enough; return the exit status."""
        self._connection.receive = self._role.receive
        self._connection.lost = self._lost
        self._connection.start()
        heartbeat = Heartbeat(
            handshake.HEARTBEAT_FD,
            self._watch,
            threads=self._threads,
            find_run=self._role.tasks.run_of_plugin if isinstance(self._role, Worker) else lambda _: 0,
            before=self._connection.write,
        )
        self._reactor.callWhenRunning(heartbeat.start, self._reactor)
        self._reactor.callWhenRunning(self._handle_signals)
        # What there is now stays: no collection of garbage needs to look at it.
        gc.collect()
        gc.freeze()
        self._reactor.run()
        return self._exit_code

    def _make_worker(self, welcome: Mapping[str, Any]) -> Worker:
        from zenpython import compat

        options = welcome.get("options") or {}
        settings = Settings(
            self._reactor,
            self._watch,
            Waiter(self._reactor._asyncioEventloop if self._loop == reactors.ASYNCIO else None),
            blocking_warning=_number(welcome.get("blocking_warning"), 3.0),
            hook_timeout=_number(options.get("hooktimeout"), 30.0),
        )
        worker = Worker(self._connection, settings, self._loop, compat.load_class, self._stop)
        compat.install(welcome, worker.publish_event)
        return worker

    def _make_builder(self, welcome: Mapping[str, Any]) -> Builder:
        from zenpython import compat

        compat.install(welcome)
        return Builder(self._connection, model_service(welcome), self._stop)

    # The end.

    def _stop(self, reason: str) -> None:
        if self._stopping:
            return
        self._stopping = True
        self._connection.send(Report.BYE.value, reason)
        self._connection.finish()
        self._end()

    def _lost(self, reason: str) -> None:
        # Without the daemon nobody takes results and nobody would end this process.
        sys.__stderr__.write(f"zenpython worker {os.getpid()}: {reason}\n")
        self._stopping = True
        self._exit_code = 1
        self._role.lost()
        self._end()

    def _end(self) -> None:
        timer = threading.Timer(_END_SECONDS, os._exit, (self._exit_code,))
        timer.daemon = True  # threads of plugins that never return are waited for no longer
        timer.start()
        if self._reactor.running:
            self._reactor.stop()

    def _handle_signals(self) -> None:
        """Drain at SIGTERM, dump stacks at SIGUSR1, and leave the terminal's signals to the daemon."""
        faulthandler.register(signal.SIGUSR1, file=sys.__stderr__, all_threads=True)
        on_reactor: Callable[..., None] = lambda *_: self._reactor.callFromThread(self._role.drain)  # noqa: E731
        signal.signal(signal.SIGTERM, on_reactor)
        for ignored in (signal.SIGINT, signal.SIGHUP):
            # No SIG_IGN: that would be inherited by the processes that plugins start.
            signal.signal(ignored, lambda *_: None)


def _number(value: Any, default: float) -> float:
    return default if value is None else float(value)
