"""objects.xml of older packs: what is taken, and what is refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenpython.model import objectsxml
from zenpython.model.objectsxml import ObjectsError, parse_objects


def test_a_packs_file(service):
    cloud, server = service.handle("objects", {"pack": "ZenPacks.test.ModelProducts"})
    assert server == {
        "path": "/Server",
        "description": "",
        "zproperties": {},
        "templates": [
            {"id": "Alone", "description": "", "targetPythonClass": "", "datasources": [], "thresholds": []},
        ],
    }
    assert cloud["path"] == "/Cloud"
    assert cloud["zproperties"] == {
        "zDeviceTemplates": ["Cloud", "Extra"],
        "zPythonClass": "ZenPacks.test.ModelProducts.Cloud",
        "zCloudPort": 443,
    }
    (template,) = cloud["templates"]
    assert template == {
        "id": "Cloud",
        "description": "Accounts & zones",
        "targetPythonClass": "ZenPacks.test.ModelProducts.Cloud",
        "datasources": [
            {
                "id": "zones",
                "type": "Python",
                "class": "ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource.PythonDataSource",
                "properties": {
                    "enabled": True,
                    "severity": 4,
                    "cycletime": "${here/zCommandCollectionInterval}",
                    "plugin_classname": "ZenPacks.test.ModelProducts.dsplugins.ZonePlugin",
                },
                "datapoints": [{"id": "count", "properties": {"rrdtype": "GAUGE", "rrdmin": "0"}}],
            }
        ],
        "thresholds": [
            {
                "id": "too many",
                "type": "MinMaxThreshold",
                "properties": {"dsnames": ["zones_count"], "maxval": "here.zoneLimit", "severity": 3},
            }
        ],
    }


def test_a_pack_without_the_file(service):
    assert service.handle("objects", {"pack": "ZenPacks.test.ModelYaml"}) == []


def test_classes_below_classes():
    data = b"""<objects><object id='/zport/dmd/Devices/A' class='DeviceClass'><tomanycont id='children'>
        <object id='B' class='DeviceClass'><property id='zX' type='lines'>one
        two</property></object></tomanycont></object>
        <object id='/zport/dmd/Devices/rrdTemplates/T' class='RRDTemplate'/></objects>"""
    found = {c["path"]: c for c in parse_objects(data)}
    assert list(found) == ["/A", "/A/B", "/"]
    assert found["/A/B"]["zproperties"] == {"zX": ["one", "two"]}
    assert [t["id"] for t in found["/"]["templates"]] == ["T"]


@pytest.mark.parametrize(
    ("kind", "text", "want"),
    [
        ("int", "7", 7),
        ("long", "7L", 7),
        ("int", "", None),
        ("int", "seven", "seven"),
        ("float", "1.5", 1.5),
        ("boolean", "False", False),
        ("boolean", "1", True),
        ("lines", "['a', 1]", ["a", "1"]),
        ("lines", "('a',)", ["a"]),
        ("lines", "[broken", "[broken"),
        ("lines", "", []),
        ("password", " s ", "s"),
    ],
)
def test_property_types(kind, text, want):
    element = f"<property id='zX' type='{kind}'>{text}</property>"
    data = f"<objects><object id='/zport/dmd/Devices' class='DeviceClass'>{element}</object></objects>"
    (found,) = parse_objects(data.encode())
    assert found["path"] == "/" and found["zproperties"] == {"zX": want}


@pytest.mark.parametrize(
    ("data", "want"),
    [
        (b"", "no element found"),
        (b"<a/>", "want <objects>"),
        (b"<objects>", "no element found"),
        (b"<!DOCTYPE objects [<!ENTITY a 'b'>]><objects>&a;</objects>", "line 1: document types and entities"),
        (b"<!DOCTYPE objects SYSTEM 'file:///etc/passwd'><objects/>", "document types"),
        (b"<objects>&undefined;</objects>", "undefined entity"),
        (b"<objects>" + b"<o>" * 80, "deeper than 64"),
        (b"<objects encoding='\xff'/>", "not well-formed"),
    ],
)
def test_refused(data, want):
    with pytest.raises(ObjectsError, match=want):
        parse_objects(data)


def test_bounds(monkeypatch, tmp_path):
    monkeypatch.setattr(objectsxml, "MAX_BYTES", 20)
    monkeypatch.setattr(objectsxml, "MAX_ELEMENTS", 2)
    with pytest.raises(ObjectsError, match="more than 2 elements"):
        parse_objects(b"<objects><a/><b/>")
    path = tmp_path / "objects.xml"
    path.write_bytes(b"<objects>            </objects>")
    with pytest.raises(ObjectsError, match=r"objects\.xml: 31 bytes, more than 20"):
        objectsxml.read_objects(path)


@given(st.binary() | st.text(alphabet="<>/='objectsidlaz &;[]!").map(str.encode))
def test_any_bytes_give_data_or_the_error(data):
    with contextlib.suppress(ObjectsError):
        assert isinstance(parse_objects(data), list)
