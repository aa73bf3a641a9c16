"""What becomes of results, item by item."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, namedtuple
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenpython.host.results import Results
from zenpython.host.values import Codec

CODEC = Codec(b"k" * 32)
RESULTS = Results(CODEC)
Metric = namedtuple("Metric", "name value timestamp tags")


class Map:
    """An ObjectMap as packs may bring it: with what the protocol asks of it."""

    compname = "os"
    modname = "M"
    classname = ""
    plugin_name = ""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)

    def items(self) -> list[tuple[str, Any]]:
        return [(key, value) for key, value in self.__dict__.items() if not key.startswith("_")]


class RelationshipMap:
    relname = "interfaces"
    compname = ""
    modname = "M"
    parentId = ""

    def __init__(self, *maps: Any) -> None:
        self.maps = maps

    def __iter__(self) -> Any:
        return iter(self.maps)


class MultiArgs:
    def __init__(self, *args: Any) -> None:
        self.args = args


class Bad:
    def __str__(self) -> str:
        raise RuntimeError("no text")


class BadMapping(dict):  # type: ignore[type-arg]
    def get(self, key: Any, default: Any = None) -> Any:
        return iter_that_raises() if key == "events" else super().get(key, default)


def iter_that_raises() -> Any:
    yield {"summary": "before"}
    raise RuntimeError("half way")


OBJECT_MAP = {"type": "ObjectMap", "compname": "os", "modname": "M"}

TABLE: dict[str, tuple[Any, Any]] = {
    "nothing": (None, None),
    "empty new_data": ({"values": defaultdict(dict), "events": [], "maps": [], "metrics": []}, None),
    "unknown keys": ({"other": object()}, None),
    "a mapping of another kind": (MappingProxyType({"interval": 5}), {"interval": 5}),
    "values": (
        {"values": defaultdict(dict, {None: {"a": 1, "b": (1, "N")}, "c": {"d": [1.5, None]}})},
        {"values": {None: {"a": 1, "b": (1, "N")}, "c": {"d": [1.5, None]}}},
    ),
    "values of other types": (
        {"values": {b"c": OrderedDict({b"d": b"12", "e": Decimal("1.5"), "f": ((b"1", 5), (2, "N"))})}},
        {"values": {"c": {"d": "12", "e": Decimal("1.5"), "f": (("1", 5), (2, "N"))}}},
    ),
    "a value without a form": (
        {"values": {None: {"a": object(), "b": 1, "g": iter([])}}},
        {"values": {None: {"b": 1}}, "rejected": [["bad_value", "a of the device"], ["bad_value", "g of the device"]]},
    ),
    "values that are no dict": ({"values": [1]}, {"rejected": [["bad_value", "list"]]}),
    "points that are no dict": (
        {"values": {"c": 5, "d": {"a": 1}, "e": None}},
        {"values": {"d": {"a": 1}}, "rejected": [["bad_value", "values['c'] is a int"]]},
    ),
    "an error as the summary": ({"events": [{"summary": ValueError("why")}]}, {"events": [{"summary": "why"}]}),
    "bytes in an event": ({"events": [{b"summary": b"caf\xc3\xa9"}]}, {"events": [{"summary": "café"}]}),
    "a field without a text": (
        {"events": [{"summary": Bad()}, {"summary": "b"}]},
        {"events": [{"summary": "b"}], "rejected": [["bad_event", "no text"]]},
    ),
    "one event without a list": ({"events": {"summary": "a"}}, {"events": [{"summary": "a"}]}),
    "events by a generator": ({"events": ({"n": n} for n in range(2))}, {"events": [{"n": 0}, {"n": 1}]}),
    "events that are text": ({"events": "oops"}, {"rejected": [["bad_event", "events is a str"]]}),
    "events that are a number": ({"events": 5}, {"rejected": [["bad_event", "events is a int"]]}),
    "a generator that raises": (
        BadMapping(interval=5), {"interval": 5, "rejected": [["bad_result", "events: RuntimeError: half way"]]}),
    "metrics": (
        {"metrics": [Metric("m", 1, 5.5, {"a": 1}), {"name": "n", "value": 2}, "x", Metric("o", object(), 1, {})]},
        {"metrics": [
            {"name": "m", "value": 1, "timestamp": 5.5, "tags": {"a": "1"}},
            {"name": "n", "value": 2, "timestamp": None, "tags": {}},
        ], "rejected": [["bad_metric", "str"], ["bad_metric", "object"]]},
    ),
    "an ObjectMap": (
        {"maps": [Map(id="a", relname="r", _add=False, size=5, name=b"n", setIp=MultiArgs(1, 2))]},
        {"maps": [{**OBJECT_MAP, "relname": "r", "add": False,
                   "attributes": {"id": "a", "size": 5, "name": "n", "setIp": (1, 2)}}]},
    ),
    "an ObjectMap's directives": (
        {"maps": [Map(id="a", _remove=True), Map(id="b", remove=True), Map(id="c", _directive="rebuild")]},
        {"maps": [
            {**OBJECT_MAP, "remove": True, "attributes": {"id": "a"}},
            {**OBJECT_MAP, "remove": True, "attributes": {"id": "b"}},
            {**OBJECT_MAP, "directive": "rebuild", "attributes": {"id": "c"}},
        ]},
    ),
    "a RelationshipMap": (
        {"maps": RelationshipMap(Map(id="a"), {"id": "b", "modname": "N"})},
        {"maps": [{"type": "RelationshipMap", "relname": "interfaces", "modname": "M", "maps": [
            {**OBJECT_MAP, "attributes": {"id": "a"}},
            {"type": "ObjectMap", "modname": "N", "attributes": {"id": "b"}},
        ]}]},
    ),
    "maps that are none": (
        {"maps": [5, Map(id="a", x=object()), {"id": "c"}]},
        {"maps": [{"type": "ObjectMap", "attributes": {"id": "c"}}],
         "rejected": [["bad_map", "int"], ["bad_map", "object"]]},
    ),
    "an interval in text": ({"interval": "60"}, {"interval": 60}),
    "an interval with a fraction": ({"interval": 60.9}, {"interval": 60}),
    "an interval that is nan": ({"interval": float("nan")}, {"rejected": [["bad_result", "nan"]]}),
}  # fmt: skip


@pytest.mark.parametrize("row", TABLE)
def test_results(row: str) -> None:
    result, expected = TABLE[row]
    data = RESULTS.data(result)
    for item, want in zip((data or {}).get("rejected", ()), (expected or {}).get("rejected", ()), strict=True):
        assert item[0] == want[0]
        assert want[1] in item[1]
        item[1] = want[1]
    assert data == expected
    CODEC.encode(data)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.builds(object),
    lambda inner: st.lists(inner) | st.dictionaries(st.none() | st.text() | st.integers(), inner),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(
    ANYTHING | st.dictionaries(st.sampled_from(["events", "values", "metrics", "maps", "interval"]), ANYTHING)
)
def test_whatever_a_plugin_returns_has_a_form(result: Any) -> None:
    CODEC.encode(RESULTS.data(result))
