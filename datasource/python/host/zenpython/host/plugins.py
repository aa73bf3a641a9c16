"""Plugin instances: how they are constructed, and the functions that are set on them (spec §2.3)."""

from __future__ import annotations

import contextlib
import inspect
import logging
from collections.abc import Iterable
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from twisted.internet.defer import Deferred, succeed

logger = logging.getLogger("zen.python")


class Publishing(Protocol):
    """What the injected functions need of the worker."""

    def has_task(self, task: Any) -> bool:
        """Report whether the task is still there."""

    def publish(self, task: Any, data: dict[str, Any]) -> None:
        """Send data outside of a run."""

    def change_interval(self, task: Any, seconds: float) -> None:
        """Make the task run every so many seconds."""

    def service(self, task: Any, name: str) -> Any:
        """Return a reference to a service."""


class Injected:
    """The functions of one task's plugin. They know the task by its id alone, so they never keep it alive."""

    __slots__ = ("_task", "_worker")

    def __init__(self, worker: Publishing, task: Any) -> None:
        self._worker = worker
        self._task = task

    def getService(self, service_name: str, listener: Any = None) -> Deferred[Any]:
        """Return a Deferred of a reference to a hub service, whose callRemote(method, …) calls it."""
        return succeed(self._worker.service(self._task, service_name))

    def changeInterval(self, seconds: float) -> None:
        """Make the task run every so many seconds from its next slot on."""
        if self._worker.has_task(self._task):
            self._worker.change_interval(self._task, seconds)

    def publishData(self, data: dict[str, Any]) -> Deferred[None]:
        """Publish data of the form that a run returns."""
        if self._worker.has_task(self._task):
            self._worker.publish(self._task, data)
        return succeed(None)

    def publishEvents(self, events: Iterable[dict[str, Any]]) -> Deferred[None]:
        """Publish events."""
        return self.publishData({"events": events})

    def publishValues(self, values: dict[str | None, dict[str, Any]]) -> Deferred[None]:
        """Publish values: component or None → datapoint → value."""
        return self.publishData({"values": values})

    def publishMetrics(self, metrics: Iterable[Any]) -> Deferred[None]:
        """Publish metrics, as new_metric() makes them."""
        return self.publishData({"metrics": metrics})

    def publishMaps(self, maps: Iterable[Any]) -> Deferred[None]:
        """Publish ObjectMaps and RelationshipMaps."""
        return self.publishData({"maps": maps})


INJECTED = (
    "getService", "changeInterval", "publishData", "publishEvents", "publishValues", "publishMetrics", "publishMaps",
)  # fmt: skip

_takes_config: WeakKeyDictionary[type, bool] = WeakKeyDictionary()


def construct(cls: type, config: Any) -> Any:
    """Return an instance: ``cls(config=config)`` if its constructor has a parameter of that name, else ``cls()``."""
    try:
        takes_config = _takes_config.get(cls)
    except TypeError:  # a factory function, say, that nothing can refer to weakly
        takes_config = None
    if takes_config is None:
        takes_config = _has_config_parameter(cls)
        with contextlib.suppress(TypeError):
            _takes_config[cls] = takes_config
    return cls(config=config) if takes_config else cls()


def _has_config_parameter(cls: type) -> bool:
    try:
        return "config" in inspect.signature(cls.__init__).parameters  # type: ignore[misc]
    except (TypeError, ValueError):
        return False


def inject(plugin: Any, worker: Publishing, task: Any) -> None:
    """Set the functions on the instance, where they hide methods of the same name."""
    functions = Injected(worker, task)
    try:
        for name in INJECTED:
            setattr(plugin, name, getattr(functions, name))
    except AttributeError:
        logger.debug("%s takes no attributes: it has no publish functions", type(plugin).__name__)


def start_delay(plugin: Any) -> float | None:
    """Return the plugin's startDelay in seconds, None if it has none."""
    delay = getattr(plugin, "startDelay", None)
    try:
        return None if delay is None else max(0.0, float(delay))
    except (TypeError, ValueError):
        logger.warning("startDelay of %s is %r: a number of seconds is wanted", type(plugin).__name__, delay)
        return None
