"""Config objects: what plugins see of them, and what they share."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from host.rig import source_map, task_map

from zenpython.host.configs import ConfigFactory, DataPointConfig, DeviceProxy, PythonDataSourceConfig


def config(task: int = 1, factory: ConfigFactory | None = None, **changes: Any) -> DeviceProxy:
    return (factory or ConfigFactory()).config(task_map(task, "m.C", **changes)["config"])


def test_fields() -> None:
    proxy = config(component="eth0", params={"a": 1})
    assert (proxy.id, proxy.configId, proxy.manageIp, proxy.deviceGuid) == ("dev1", "dev1", "127.0.0.1", "uuid-1")
    assert proxy.thresholds == []
    (source,) = proxy.datasources
    wire = source_map(1, "m.C", component="eth0", params={"a": 1})
    for name in ("device", "manageIp", "component", "template", "datasource", "config_key", "params", "cycletime",
                 "eventClass", "eventKey", "severity", "plugin_classname"):  # fmt: skip
        assert getattr(source, name) == wire[name], name
    assert source.result is None
    assert [point.id for point in source.points] == ["dp1", "dp2"]
    assert source.points is source.points
    point = source.points[0]
    assert (point.dpName, point.rrdType, point.rrdMin, point.tags) == ("ds1_dp1", "GAUGE", None, {})
    assert point.metadata["contextUUID"] == "uuid-1"
    assert point.rrdPath == json.dumps(point.metadata, sort_keys=True) + "/ds1_dp1"


def test_class_defaults() -> None:
    source = PythonDataSourceConfig()
    assert (source.severity, source.component, source.eventKey, source.points) == (3, None, None, [])
    assert DeviceProxy().datasources == []
    assert DataPointConfig().rrdPath == "{}/None"


def test_attributes_that_are_missing_say_so() -> None:
    (source,) = config().datasources
    assert not hasattr(source, "zNope")
    with pytest.raises(AttributeError, match="zNope"):
        _ = source.zNope


def test_proxy_attributes_overwrite_fields() -> None:
    (source,) = config(attributes={"eventKey": "mine", "zThing": None}).datasources
    assert (source.eventKey, source.zThing) == ("mine", None)


def test_event_key() -> None:
    (source,) = config(eventKey="k").datasources
    assert source.getEventKey(source.points[1]) == "k|ds1_dp2"
    (source,) = config(eventKey=None).datasources
    with pytest.raises(TypeError):
        source.getEventKey(source.points[0])


def test_what_a_plugin_sets_stays_with_its_task() -> None:
    factory = ConfigFactory()
    points = source_map(1, "m.C")["points"]
    points[0]["list"] = [1]
    one, two = (config(task, factory, points=copy.deepcopy(points)).datasources[0] for task in (1, 2))
    assert one._shared is two._shared
    one.template = "other"
    one.extra = 1
    one.params["x"] = 1
    one.points[0].list.append(2)
    one.points[0].metadata["x"] = 1
    one.points[0].rrdType = "DERIVE"
    assert (two.template, two.params, two.points[0].list, two.points[0].rrdType) == ("T", {}, [1], "GAUGE")
    assert not hasattr(two, "extra")
    assert "x" not in two.points[0].metadata
    assert "x" not in one.points[1].metadata


def test_what_is_shared_is_forgotten_with_its_last_task() -> None:
    factory = ConfigFactory()
    one = config(1, factory)
    assert len(factory._shared) == 3
    del one
    assert len(factory._shared) == 0


def test_copies_are_their_own() -> None:
    (source,) = config().datasources
    for made in (copy.copy(source), copy.deepcopy(source)):
        made.template = "other"
        assert source.template == "T"
        assert made.datasource == "ds1"


def test_values_without_a_plain_form_are_kept() -> None:
    points = [{"id": "a", "dpName": "ds1_a", "tags": {"t": (1, {2})}, "odd": {3}}]
    (source,) = config(points=points).datasources
    assert source.points[0].tags == {"t": (1, {2})}
    assert source.points[0].odd == {3}


def test_no_datasource_no_point() -> None:
    assert ConfigFactory().config({"id": "dev1"}).datasources == []
    (source,) = config(points=None, params=None).datasources
    assert (source.points, source.params) == ([], {})
