"""What a plugin's code says about a config, and errors that cost one data source alone."""

from __future__ import annotations

import pytest

PLUGINS = "ZenPacks.test.ModelYaml.dsplugins."
D1 = ["array1", [("disks", "d1")]]


def ask(service, datasource, obj=D1, template="HardDisk"):
    return service.handle("source", {"object": obj, "template": template, "datasource": {"id": "stats", **datasource}})


def test_a_type_of_a_pack(service):
    found = ask(
        service,
        {
            "type": "Array",
            "cycletime": "${here/zCommandCollectionInterval}",
            "plugin_classname": "ZenPacks.test.ModelYaml.datasources.ArrayDataSource.ArrayPlugin",
            "properties": {"path": "/v2/${here/serial}/${ds/retries}", "retries": 4},
            "points": [{"id": "reads", "rrdtype": "DERIVE"}, {"id": "writes"}],
        },
    )
    assert found == {
        "config_key": ("array1", 300, "HardDisk", "stats", "d1"),
        "params": {
            "path": "/v2/S1/4",
            "points": ["stats_reads", "stats_writes"],
            "retries": 4,
            "device_class": ("", "zport", "dmd", "Devices", "Storage", "Array", "rrdTemplates", "HardDisk"),
        },
        "attributes": {
            "zArrayPort": 9443,
            "pool_name": "Gold",
            "getManageIp": "10.0.0.7",
            "title": "",
            "nothing_such": None,
            "getAddedByPack": "added to array1",
        },
    }


def test_defaults_of_the_type(service):
    found = ask(service, {"type": "Array Slow"})
    assert found["params"]["path"] == "/api/d1" and found["params"]["retries"] == 2
    assert found["config_key"] == ("array1", 300, "HardDisk", "stats", "d1")


def test_the_class_before_the_type(service):
    name = "ZenPacks.test.ModelYaml.datasources.ArrayDataSource.ArrayDataSource"
    assert ask(service, {"type": "Python", "class": name})["params"]["retries"] == 2


def test_default_config_key(service):
    found = ask(service, {"plugin_classname": PLUGINS + "OneName", "cycletime": "60"}, ["array1", []], "Array")
    assert found == {
        "config_key": ("array1", 60, "Array", "stats", PLUGINS + "OneName"),
        "params": {},
        "attributes": {"zArrayPort": 9443},
    }


@pytest.mark.parametrize(
    ("plugin", "failed", "kind", "text"),
    [
        ("FailingParams", "params", "AttributeError", "no_such_thing"),
        ("FailingProxy", "attributes", "ProxyAttributeError", "broken: RuntimeError: no answer"),
        ("FailingProperty", "attributes", "ProxyAttributeError", "worn: ZeroDivisionError"),
        ("ObjectProxy", "attributes", "ProxyAttributeError", "object of the model"),
        ("BadKey", "config_key", "TypeError", "returned str, want a tuple"),
    ],
)
def test_what_fails_stands_beside_what_works(service, plugin, failed, kind, text):
    found = ask(service, {"plugin_classname": PLUGINS + plugin})
    assert list(found["errors"]) == [failed]
    error = found["errors"][failed]
    assert error[0] == kind and text in error[1] and "Traceback" in error[2]
    assert set(found) - {"errors"} == {"config_key", "params", "attributes"} - ({failed} - {"params"})
    if failed == "params":
        assert found["params"] == {} and found["attributes"] == {"zArrayPort": 9443}


def test_a_list_of_names_is_a_tuple_of_names(service):
    assert ask(service, {"plugin_classname": PLUGINS + "FailingParams"})["attributes"] == {"zArrayPort": 9443}


@pytest.mark.parametrize(
    ("fields", "failed"),
    [
        (
            {"plugin_classname": "ZenPacks.test.ModelProducts.dsplugins.ZonePlugin"},
            ["config_key", "params", "attributes"],
        ),
        ({"plugin_classname": PLUGINS + "OneName", "cycletime": "${here/nope}"}, ["config_key"]),
        ({"plugin_classname": PLUGINS + "OneName", "cycletime": "soon"}, ["config_key"]),
        ({"plugin_classname": PLUGINS + "NoSuchClass"}, ["config_key", "params", "attributes"]),
    ],
)
def test_errors_cost_one_source(service, fields, failed):
    found = ask(service, fields)
    assert list(found["errors"]) == failed


def test_unknown_objects_and_methods_are_errors(service):
    with pytest.raises(LookupError, match="device 'nowhere'"):
        ask(service, {"plugin_classname": PLUGINS + "OneName"}, ["nowhere", []])
    with pytest.raises(LookupError, match="no method 'nope'; it has binding, classes"):
        service.handle("nope", {})
