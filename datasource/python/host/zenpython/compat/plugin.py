"""The base of plugin classes (spec §2)."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Any, NamedTuple

from twisted.internet import defer


class Metric(NamedTuple):
    """A metric that belongs to no datapoint: stored under its own name with its own tags."""

    name: str
    value: Any
    timestamp: float
    tags: dict[str, Any]


class PythonDataSourcePlugin:
    """What plugins derive from.

    `proxy_attributes`, `config_key` and `params` are asked while configurations are built; the hooks run while
    collecting, in this order: collect, onResult, onSuccess or onError, onComplete; cleanup when the task ends. Every
    hook may return a plain value, a Deferred or a coroutine, or raise.
    """

    proxy_attributes: Any = ()
    createdAt: float | None = None

    def __init__(self, config: Any = None) -> None:
        """Take the task's configuration; a subclass without a `config` parameter is constructed without it."""

    @classmethod
    def config_key(cls, datasource: Any, context: Any) -> tuple[Any, ...]:
        """What data sources are collected together by; element [1] is the interval in seconds."""
        return (
            context.device().id,
            datasource.getCycleTime(context),
            datasource.rrdTemplate().id,
            datasource.id,
            datasource.plugin_classname,
        )

    @classmethod
    def params(cls, datasource: Any, context: Any) -> Any:
        """What the plugin finds as `params` on its data source's configuration."""
        return {}

    @staticmethod
    def new_data() -> dict[str, Any]:
        """An empty result: values (component -> datapoint -> value), metrics, events and maps."""
        return {"values": defaultdict(dict), "metrics": [], "events": [], "maps": []}

    @staticmethod
    def new_metric(name: str, value: Any, timestamp: float | None = None, tags: dict[str, Any] | None = None) -> Metric:
        """A metric; the time is now unless given."""
        return Metric(name, value, timestamp or time.time(), tags or {})

    def collect(self, config: Any) -> Any:
        """Collect: the result, or a Deferred or coroutine of it."""
        return defer.succeed(None)

    def onResult(self, result: Any, config: Any) -> Any:
        """Look at what collect gave, value or Failure."""
        return result

    def onSuccess(self, result: Any, config: Any) -> Any:
        """Look at a result that is no Failure."""
        return result

    def onError(self, result: Any, config: Any) -> Any:
        """Look at the Failure of an earlier hook; a value returned is processed as the result."""
        return result

    def onComplete(self, result: Any, config: Any) -> Any:
        """Look at the outcome, always and last."""
        return result

    def cleanup(self, config: Any) -> Any:
        """Let go of what the plugin holds: the task has ended."""
        return None
