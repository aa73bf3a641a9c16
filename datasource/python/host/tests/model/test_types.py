"""Data source types of packs, and what ``plugins check`` is told."""

from __future__ import annotations

import pytest


@pytest.fixture
def types(service):
    return {t["sourcetype"]: t for t in service.handle("types", {})}


def test_types_of_packs(types):
    assert types["Array"] == {
        "sourcetype": "Array",
        "class": "ZenPacks.test.ModelYaml.datasources.ArrayDataSource.ArrayDataSource",
        "plugin_classname": "ZenPacks.test.ModelYaml.datasources.ArrayDataSource.ArrayPlugin",
        "cycletime": "${here/zCommandCollectionInterval}",
        "properties": {"path": "/api/${here/id}", "retries": 2},
        "datapoints": ["reads"],
        "pack": "ZenPacks.test.ModelYaml",
    }
    assert types["Array Slow"]["class"] == types["Array"]["class"]
    assert types["Python"]["pack"] == "ZenPacks.zenoss.PythonCollector"


@pytest.fixture
def rows(service):
    def rows(pack, kind):
        return [r for r in service.handle("classes", {"pack": f"ZenPacks.test.{pack}"}) if r["kind"] == kind]

    return rows


def test_classes_of_a_pack(rows):
    found = {r["name"].rpartition(".")[2]: r for r in rows("ModelYaml", "class")}
    assert set(found) == {
        "ArrayPlugin",
        "FailingParams",
        "FailingProxy",
        "FailingProperty",
        "ObjectProxy",
        "BadKey",
        "OneName",
        "NeedsMore",
    }
    plugin = found["ArrayPlugin"]
    assert plugin["imports"] and plugin["constructs"] and plugin["hooks"] == ["collect", "config_key", "params"]
    assert plugin["path"].endswith("datasources/ArrayDataSource.py") and plugin["line"] == 21
    assert plugin["translated"] == [] and "error" not in plugin
    failing = found["NeedsMore"]
    assert failing["imports"] and not failing["constructs"] and failing["hooks"] == ["onError"]
    assert failing["error"][0] == "TypeError" and "traceback says where" in failing["advice"]


def test_a_library_that_is_missing(rows):
    (row,) = rows("ModelProducts", "class")
    assert row["name"] == "ZenPacks.test.ModelProducts.dsplugins.ZonePlugin" and row["line"] == 5
    assert not row["imports"] and "missing_library_of_zones" in row["error"][1]
    assert "'missing_library_of_zones'" in row["advice"]


def test_stand_ins_are_told(rows, find):
    find("cloud1")
    touched = {r["module"]: r["attributes"] for r in rows("ModelProducts", "stand_in")}
    assert "ZEN_CHANGE_DEVICE" in touched["Products.ZenModel.ZenossSecurity"]


def test_templates_that_wait_for_components(rows):
    assert [r["text"] for r in rows("ModelYaml", "waiting")] == [
        "1 template waits for components that modeler test.ArrayDisks would find: list them or import them",
        "1 template waits for components that no modeler of the pack names (class Pool): list them or import them",
    ]


def test_problems_of_other_code(rows):
    found = {(r["what"], r["name"]) for r in rows("ModelBroken", "problem")}
    assert {("zenpack.yaml", "ZenPacks.test.ModelBroken"), ("__init__", "ZenPacks.test.ModelBroken")} <= found


def test_an_unknown_pack(service):
    with pytest.raises(LookupError, match=r"no pack 'ZenPacks\.a\.B'; packs are: ZenPacks\.test\.ModelBroken"):
        service.handle("classes", {"pack": "ZenPacks.a.B"})
