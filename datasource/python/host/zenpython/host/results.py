"""What hooks leave as their result, as the data of a result or publish frame.

No mistake in one part of a result costs another part: what has no form in a frame goes to ``rejected`` with its reason,
and the rest goes its way. Reasons are those of the daemon's table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from zenpython.host.datamaps import map_fields
from zenpython.host.values import SCALARS, Codec, Unencodable, native

BAD_RESULT = "bad_result"
BAD_EVENT = "bad_event"
BAD_VALUE = "bad_value"
BAD_METRIC = "bad_metric"
BAD_MAP = "bad_map"

#: Longest text about a rejected item, in characters.
MAX_TEXT = 1_000

_KEYS = ("events", "values", "metrics", "maps", "interval")


class Results:
    """Makes frames' data of results; ``codec`` decides what has a form."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec

    def data(self, result: Any) -> dict[str, Any] | None:
        """Return the data of what a run left, None when there is nothing in it."""
        if result is None:
            return None
        rejected: list[list[str]] = []
        if not isinstance(result, Mapping):
            rejected.append([BAD_RESULT, f"the hooks left a {_kind(result)}: a dict or None is wanted"])
            return {"rejected": rejected}
        data: dict[str, Any] = {}
        for key in _KEYS:
            part = result.get(key)
            if part is not None:
                try:
                    made = _MAKERS[key](self, part, rejected)
                except Exception as error:  # properties and iterators of plugins' objects may raise anything
                    rejected.append([BAD_RESULT, _text(f"{key}: {type(error).__name__}: {error}")])
                    continue
                if made:
                    data[key] = made
        if rejected:
            data["rejected"] = rejected
        return data or None

    # Events.

    def _events(self, events: Any, rejected: list[list[str]]) -> list[dict[str, Any]]:
        if isinstance(events, Mapping):
            events = [events]  # one event without a list around it
        return list(self._each(events, self._event, BAD_EVENT, "events", rejected))

    def _event(self, event: Any) -> dict[str, Any]:
        if not isinstance(event, Mapping):
            raise Unencodable(f"an event that is a {_kind(event)}: a dict is wanted")
        fields: dict[str, Any] = {}
        for name, value in event.items():
            name = name if type(name) is str else native(name)
            # An exception as the summary is common; what an event says must not be lost for its form.
            fields[name] = value if type(value) in _PLAIN else self._shown(value)
        return fields

    def _shown(self, value: Any) -> Any:
        if isinstance(value, (str, bytes, bytearray)):
            return native(value)
        try:
            self._codec.check(value)
        except Unencodable:
            return str(value)
        return value

    # Values.

    def _values(self, values: Any, rejected: list[list[str]]) -> dict[str | None, dict[str, Any]]:
        if not isinstance(values, Mapping):
            rejected.append([BAD_VALUE, f"values is a {_kind(values)}: a dict of component → dict is wanted"])
            return {}
        made: dict[str | None, dict[str, Any]] = {}
        for component, points in values.items():
            if component is not None and type(component) is not str:
                component = native(component)
            if isinstance(points, Mapping):
                made[component] = dict(self._points(component, points, rejected))
            elif points is not None:
                text = f"values[{component!r}] is a {_kind(points)}: a dict of datapoint → value is wanted"
                rejected.append([BAD_VALUE, _text(text)])
        return made

    def _points(
        self, component: str | None, points: Mapping[Any, Any], rejected: list[list[str]]
    ) -> Iterator[tuple[str, Any]]:
        for key, value in points.items():
            try:
                yield key if type(key) is str else native(key), value if type(value) in _PLAIN else self._value(value)
            except Exception as error:
                rejected.append([BAD_VALUE, _text(f"{key} of {component or 'the device'}: {error}")])

    def _value(self, value: Any) -> Any:
        if isinstance(value, (str, bytes)):
            return native(value)
        if isinstance(value, (list, tuple)):
            items = [item if type(item) in _PLAIN else self._value(item) for item in value]
            return items if isinstance(value, list) else tuple(items)
        self._codec.check(value)
        return value

    # Metrics.

    def _metrics(self, metrics: Any, rejected: list[list[str]]) -> list[dict[str, Any]]:
        return list(self._each(metrics, self._metric, BAD_METRIC, "metrics", rejected))

    def _metric(self, metric: Any) -> dict[str, Any]:
        if isinstance(metric, Mapping):
            parts = [metric.get(name) for name in ("name", "value", "timestamp", "tags")]
        elif isinstance(metric, tuple) and len(metric) == 4:
            parts = list(metric)
        else:
            raise Unencodable(f"a metric that is a {_kind(metric)}: new_metric() makes them")
        name, value, timestamp, tags = parts
        self._codec.check([value, timestamp])
        return {
            "name": native(name),
            "value": value,
            "timestamp": timestamp,
            "tags": {native(key): native(tag) for key, tag in dict(tags or {}).items()},
        }

    # Maps and interval.

    def _maps(self, maps: Any, rejected: list[list[str]]) -> list[dict[str, Any]]:
        if isinstance(maps, Mapping) or hasattr(maps, "relname"):
            maps = [maps]  # one map without a list around it; a RelationshipMap is iterable itself
        return list(self._each(maps, self._map, BAD_MAP, "maps", rejected))

    def _map(self, item: Any) -> dict[str, Any]:
        fields = map_fields(item)
        self._codec.check(fields)
        return fields

    def _interval(self, interval: Any, rejected: list[list[str]]) -> int | None:
        try:
            return int(interval)
        except (TypeError, ValueError, OverflowError):
            rejected.append([BAD_RESULT, _text(f"interval is {interval!r}: a number of seconds is wanted")])
            return None

    def _each(
        self, items: Any, make: Callable[[Any], Any], reason: str, name: str, rejected: list[list[str]]
    ) -> Iterator[Any]:
        if isinstance(items, (str, bytes)) or not isinstance(items, Iterable):
            rejected.append([reason, f"{name} is a {_kind(items)}: a list is wanted"])
            return
        for item in items:
            try:
                yield make(item)
            except Exception as error:
                rejected.append([reason, _text(str(error))])


_MAKERS: dict[str, Callable[[Results, Any, list[list[str]]], Any]] = {
    "events": Results._events,
    "values": Results._values,
    "metrics": Results._metrics,
    "maps": Results._maps,
    "interval": Results._interval,
}

_PLAIN = SCALARS - {bytes}


def _kind(value: Any) -> str:
    return type(value).__name__


def _text(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
