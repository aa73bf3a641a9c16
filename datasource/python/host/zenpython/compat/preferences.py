"""The daemon's options and its event service, as plugins find them by utility look-up (spec §7.7)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from zope.interface import implementer

from zenpython.compat import httpcaps, registry

log = logging.getLogger("zen.python.compat")

# Every option dest of spec §4.2 with upstream's default: a plugin may read any of them, whatever the daemon sends.
_DEFAULTS: dict[str, Any] = {
    "allowduplicateclears": False, "blockingTimeout": 30.0, "blockingWarning": 3.0, "collectPlugins": "",
    "configfile": None, "cycle": False, "daemon": False, "datasource": None, "device": "",
    "device_config_update_interval": 5, "deduplicate_events": True, "duallog": False, "duplicateclearinterval": 0,
    "eventflushchunksize": 50, "eventflushseconds": 5.0, "heartbeatTimeout": 900, "hubhost": "localhost",
    "hubpassword": "", "hubport": 8789, "hubtimeout": 30, "hubusername": "admin", "ignorePlugins": "",
    "localport": 14682, "logTaskStats": 0, "logfileonly": False, "logpath": None, "logseverity": 20,
    "manhole": False, "manhole_password": "", "manhole_port": 7777, "manhole_username": "zenoss",
    "maxOutstandingMetrics": 864000000, "maxTasks": 500, "maxbackuplogs": 3, "maxlogsize": 10240,
    "maxqueuelen": 5000, "metricBufferSize": 65536, "metricsChannel": "metrics", "monitor": "localhost",
    "pidfile": "", "queueHighWaterMark": 0.75, "redisUrl": "", "runningTimeout": 3.0, "socketOption": [],
    "starttimeout": 0, "threadPoolSize": 10, "traceMetricKey": None, "traceMetricName": None,
    "twistedconcurrenthttp": 512, "uid": "zenoss", "watchdog": False, "watchdogPath": None, "weblog": False,
    "workerid": 0, "workers": 1, "writeStatistics": 30, "zenhubpinginterval": 120,
}  # fmt: skip


class Preferences:
    """ICollectorPreferences of the daemon: its name and its `options`."""

    collectorName = "zenpython"
    configurationService = "ZenPacks.zenoss.PythonCollector.services.PythonConfig"
    cycleInterval = 300
    configCycleInterval = 360
    pauseUnreachableDevices = True
    blockingPlugins: frozenset[str] = frozenset()

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = SimpleNamespace(**{**_DEFAULTS, **options})


class EventService:
    """IEventService: sends an event outside of a plugin's result."""

    def __init__(self, send: Callable[[dict[str, Any]], Any] | None) -> None:
        self._send = send

    def sendEvent(self, event: Mapping[str, Any], **fields: Any) -> Any:
        """Send one event; keywords are further fields of it."""
        whole = {**event, **fields}
        if self._send is None:
            log.warning("event sent outside of a result has nowhere to go: %s", whole.get("summary"))
            return None
        return self._send(whole)

    def sendEvents(self, events: Any) -> None:
        """Send several events."""
        for event in events:
            self.sendEvent(event)


def register(welcome: Mapping[str, Any], send_event: Callable[[dict[str, Any]], Any] | None) -> None:
    """Register preferences and event service for the options of the daemon's welcome."""
    from Products.ZenCollector.interfaces import ICollectorPreferences, IEventService

    options = dict(welcome.get("options") or {})
    limit = welcome.get("http") or options.get("twistedconcurrenthttp") or httpcaps.DEFAULT_LIMIT
    httpcaps.limit(int(limit))
    components = registry.components()
    preferences = implementer(ICollectorPreferences)(Preferences)(options)
    components.provide_utility(preferences, ICollectorPreferences, "zenpython")
    components.provide_utility(preferences, ICollectorPreferences)
    components.provide_utility(implementer(IEventService)(EventService)(send_event), IEventService)
