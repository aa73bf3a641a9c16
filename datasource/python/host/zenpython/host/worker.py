"""The worker role: frames of the daemon become tasks and runs, and their results become frames."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from twisted.python.failure import Failure

from zenpython.host import plugins
from zenpython.host.chain import ERROR, Run, Settings
from zenpython.host.connection import Connection
from zenpython.host.current import current_task
from zenpython.host.errors import describe
from zenpython.host.frames import Order, Report, element
from zenpython.host.results import Results
from zenpython.host.services import Calls, RemoteService
from zenpython.host.tasks import Tasks, WrongLoop

logger = logging.getLogger("zen.python.worker")


class Worker:
    """Runs the tasks of one process. ``stop`` is called with a reason when all is done and the process may end."""

    def __init__(
        self,
        connection: Connection,
        settings: Settings,
        loop: str,
        load_class: Callable[[str], Any],
        stop: Callable[[str], None],
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._loop = loop
        self._stop = stop
        self._results = Results(connection.codec)
        self._runs: dict[int, Run] = {}
        self._calls = Calls(connection.send)
        self._draining = False
        self._open_drops = 0  # tasks whose cleanup is not over
        self.tasks = Tasks(settings, loop, load_class, self)
        self._handlers: dict[int, Callable[[list[Any]], None]] = {
            Order.CONFIGURE: self._configure,
            Order.COLLECT: self._collect,
            Order.CANCEL: self._cancel,
            Order.DROP: self._drop,
            Order.ANSWER: self._answer,
            Order.DRAIN: self._drain,
            Order.CREDIT: self._credit,
        }

    def receive(self, frame: list[Any]) -> None:
        """Handle a frame of the daemon."""
        handler = self._handlers.get(frame[0])
        if handler is None:
            logger.warning("frame %s is none that a worker knows", frame[0])
            return
        handler(frame)

    def lost(self) -> None:
        """Take notice that the daemon is gone."""
        self._calls.fail_all()

    # Frames.

    def _configure(self, frame: list[Any]) -> None:
        task, wire = element(frame, 1), element(frame, 2)
        error, told = None, {"start_delay": None, "loop": self._loop}
        try:
            told["start_delay"] = plugins.start_delay(self.tasks.configure(task, wire).plugin)
        except WrongLoop as wrong:
            told["loop"] = wrong.args[0]
        except BaseException:  # a module that calls sys.exit() costs its tasks, not the worker
            error = describe(Failure())
        self._connection.send(Report.CONFIGURED.value, task, error, told)

    def _collect(self, frame: list[Any]) -> None:
        number, run = element(frame, 1), element(frame, 2)
        task = self.tasks.get(number)
        if task is None or task.run is not None or task.when_idle is not None:
            why = "is not configured" if task is None else "is running" if task.run is not None else "ends"
            error = ["LookupError", f"task {number} {why}", ""]
            self._connection.send_credited(Report.RESULT.value, run, ERROR, None, error, {})
            return
        self._connection.send_plain(Report.STARTED.value, run)
        self._connection.flush_before_hook()
        task.run = self._runs[run] = started = Run(run, task, self._settings, self._done)
        started.start()

    def _cancel(self, frame: list[Any]) -> None:
        run = self._runs.get(element(frame, 1))
        if run is not None:
            run.cancel(timeout=element(frame, 2) != "shutdown")

    def _drop(self, frame: list[Any]) -> None:
        self._drop_task(element(frame, 1))

    def _drop_task(self, task: Any) -> None:
        self._open_drops += 1
        self.tasks.drop(task, lambda failure: self._cleaned(task, failure))

    def _cleaned(self, task: Any, failure: Failure | None) -> None:
        self._open_drops -= 1
        self._connection.send(Report.CLEANED.value, task, None if failure is None else describe(failure))
        self._stop_if_drained()

    def _answer(self, frame: list[Any]) -> None:
        self._calls.answer(element(frame, 1), bool(element(frame, 2)), element(frame, 3))

    def _credit(self, frame: list[Any]) -> None:
        self._connection.add_credit(element(frame, 1))

    def _drain(self, frame: list[Any]) -> None:
        self.drain()

    def drain(self) -> None:
        """Let the runs in progress end, clean every task up, and stop."""
        if not self._draining:
            self._draining = True
            for task in self.tasks:
                self._drop_task(task)
        self._stop_if_drained()

    def _stop_if_drained(self) -> None:
        if self._draining and not self._open_drops and not len(self.tasks):
            self._stop("drained")

    # Runs.

    def _done(self, run: Run) -> None:
        task = run.task
        self._runs.pop(run.id, None)
        task.run = None
        self._send_result(run)
        if task.when_idle is not None:
            task.when_idle()

    def _send_result(self, run: Run) -> None:
        outcome, data, error = run.outcome, None, None
        if isinstance(run.value, Failure):
            error = describe(run.value)
            # It would keep the frames of the plugin's code, and all they hold, until a collection of garbage.
            run.value.cleanFailure()
        elif run.value is not None:
            data = self._results.data(run.value)
        told: dict[str, Any] = {"seconds": run.seconds, "blocked": run.blocked}
        if run.raised:
            told["raised"] = True
        if run.timed_out:
            told["timed_out"] = True
        try:
            self._connection.send_credited(Report.RESULT.value, run.id, outcome, data, error, told)
        except Exception:  # too large, say: the run must not stay open for ever
            self._connection.send_credited(Report.RESULT.value, run.id, ERROR, None, describe(Failure()), told)

    # What plugins ask for (plugins.Publishing).

    def has_task(self, task: Any) -> bool:
        """Report whether the task is still there."""
        return task in self.tasks

    def publish(self, task: Any, data: dict[str, Any]) -> None:
        """Send data outside of a run."""
        published = self._results.data(data)
        if published is not None:
            self._connection.send_credited(Report.PUBLISH.value, task, published)

    def publish_event(self, event: dict[str, Any]) -> None:
        """Send an event of code that is no plugin, or that does not publish as one."""
        self.publish(current_task.get(), {"events": [event]})

    def change_interval(self, task: Any, seconds: float) -> None:
        """Make the task run every so many seconds."""
        self._connection.send(Report.INTERVAL.value, task, int(seconds))

    def service(self, task: Any, name: str) -> RemoteService:
        """Return a reference to a service."""
        return RemoteService(self._calls, task, name)
