"""The tasks of a worker: configured, run, cleaned up."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from zenpython.host import plugins
from zenpython.host.chain import Run, Settings
from zenpython.host.configs import ConfigFactory
from zenpython.host.current import current_task
from zenpython.host.errors import HookTimeoutError
from zenpython.host.reactors import LOOPS

logger = logging.getLogger("zen.python")

#: Attribute by which a plugin class asks for a kind of event loop.
LOOP_ATTRIBUTE = "event_loop"


class Task:
    """One device, one config key: its config and its plugin instance."""

    __slots__ = ("_name", "config", "id", "plugin", "run", "running_timeout", "when_idle")

    def __init__(self, task: Any, name: str, config: Any, plugin: Any, running_timeout: float) -> None:
        self.id = task
        self.config = config
        self.plugin = plugin
        self.running_timeout = running_timeout
        self.run: Run | None = None  #: the run in progress
        self.when_idle: Callable[[], Any] | None = None  #: called once, when that run has ended
        # The name is long and follows from the config, save for a suffix now and then.
        self._name = None if name == self._usual_name() else name

    @property
    def name(self) -> str:
        """The task's name, for people."""
        return self._name if self._name is not None else self._usual_name() or ""

    def _usual_name(self) -> str | None:
        sources = self.config.datasources
        key = sources[0].config_key if sources else None
        return None if key is None else " ".join(map(str, key))


class WrongLoop(Exception):
    """The plugin class asks for another kind of event loop than this process has; its name is the argument."""


class Tasks:
    """All tasks of this process. ``load_class`` returns a class by its dotted name; ``worker`` is for the plugins."""

    def __init__(
        self, settings: Settings, loop: str, load_class: Callable[[str], Any], worker: plugins.Publishing
    ) -> None:
        self._settings = settings
        self._loop = loop
        self._load_class = load_class
        self._worker = worker
        self._factory = ConfigFactory()
        self._tasks: dict[Any, Task] = {}
        self._by_plugin: dict[int, Any] = {}  # id of the plugin instance → task id

    def __contains__(self, task: Any) -> bool:
        return task in self._tasks

    def __len__(self) -> int:
        return len(self._tasks)

    def __iter__(self) -> Any:
        return iter(list(self._tasks))

    def get(self, task: Any) -> Task | None:
        """Return the task of this id, None if there is none."""
        return self._tasks.get(task)

    def run_of_plugin(self, plugin: Any) -> int:
        """Return the run that a plugin instance is in, 0 for none. For any thread."""
        task = self._tasks.get(self._by_plugin.get(id(plugin)))
        run = task.run if task is not None and task.plugin is plugin else None
        return run.id if run is not None else 0

    def configure(self, task: Any, wire: dict[str, Any]) -> Task:
        """Make a task and its plugin instance; whatever the plugin's module or constructor raises is raised."""
        if task in self._tasks:
            raise ValueError(f"task {task} is configured already: drop it first")
        with self._in_plugin_code(task):
            cls = self._load_class(wire["plugin_classname"])
            self._check_loop(cls)
            config = self._factory.config(wire.get("config") or {})
            plugin = plugins.construct(cls, config)
        plugins.inject(plugin, self._worker, task)
        made = Task(task, wire.get("name") or "", config, plugin, float(wire.get("running_timeout") or 0))
        self._tasks[task] = made
        self._by_plugin[id(plugin)] = task
        return made

    def _check_loop(self, cls: Any) -> None:
        loop = getattr(cls, LOOP_ATTRIBUTE, None)
        if loop is None or loop == self._loop:
            return
        if loop not in LOOPS:
            raise ValueError(f"{LOOP_ATTRIBUTE} of {cls.__name__} is {loop!r}: want one of {', '.join(LOOPS)}")
        raise WrongLoop(loop)

    def drop(self, task: Any, cleaned: Callable[[Failure | None], None]) -> None:
        """Clean the task up, after the run in progress, and forget it; ``cleaned`` is called with what went wrong."""
        found = self._tasks.get(task)
        if found is None:
            cleaned(None)
        elif found.when_idle is not None:
            ends = found.when_idle  # dropped before, and cleaned up once
            found.when_idle = lambda: (ends(), cleaned(None))
        elif found.run is not None:
            found.when_idle = lambda: self._clean(found, cleaned)
        else:
            self._clean(found, cleaned)

    def _clean(self, task: Task, cleaned: Callable[[Failure | None], None]) -> None:
        # Forgotten first: what cleanup publishes or changes is nobody's any more.
        del self._tasks[task.id]
        self._by_plugin.pop(id(task.plugin), None)
        try:
            with self._in_plugin_code(task.id):
                value = task.plugin.cleanup(task.config)
            waiting = self._settings.waiter.deferred(value)
        except AttributeError:
            if hasattr(task.plugin, "cleanup"):
                cleaned(Failure())
            else:
                cleaned(None)  # duck-typed plugins need not have it
            return
        except BaseException:
            cleaned(Failure())
            return
        if waiting is None:
            cleaned(None)
            return
        self._bounded(waiting).addCallbacks(lambda _: cleaned(None), cleaned)

    def _bounded(self, waiting: Deferred[Any]) -> Deferred[Any]:
        bounded: Deferred[Any] = Deferred()
        timer = self._settings.clock.callLater(
            self._settings.hook_timeout, lambda: bounded.errback(HookTimeoutError("hook timeout in cleanup"))
        )

        def ended(value: Any) -> None:
            if timer.active():
                timer.cancel()
                bounded.callback(value)

        waiting.addBoth(ended)
        return bounded

    def _in_plugin_code(self, task: Any) -> _InPluginCode:
        return _InPluginCode(self._settings, task)


class _InPluginCode:
    """While it lasts the heartbeat shows a hook that belongs to no run, and log records belong to the task."""

    def __init__(self, settings: Settings, task: Any) -> None:
        self._settings = settings
        self._task = task

    def __enter__(self) -> None:
        self._token = current_task.set(self._task)
        self._settings.watch.since = time.monotonic_ns()

    def __exit__(self, *_: Any) -> None:
        self._settings.watch.since = 0
        current_task.reset(self._token)
