"""A builder over the packs of these tests, and the device trees that the tests have in common."""

from __future__ import annotations

from pathlib import Path

import pytest

from zenpython import compat
from zenpython.model.service import Service

PACKS = Path(__file__).parent.parent / "packs"
MODEL_PACKS = ("ModelYaml", "ModelEmbedded", "ModelProducts", "ModelBroken")

ARRAY = {
    "id": "array1",
    "class": "ZenPacks.test.ModelYaml.Array",
    "device_class": "/Storage/Array",
    "attributes": {"manageIp": "10.0.0.7", "title": "First array", "shelves": 3, "zArrayPort": 9443},
    "zproperties": {
        "zArrayPort": 8443,
        "zCommandCollectionInterval": 300,
        "zProdStateThreshold": 300,
        "zSnmpVer": "v2c",
    },
    "templates": [
        "Array",
        "HardDisk",
        "BigDisk",
        "PoolStats",
        "PoolHealth-replacement",
        "PoolHealth",
        "PoolStats-addition",
    ],
    "bound": ["Array"],
    "relations": {
        "disks": [
            {
                "id": "d1",
                "modname": "ZenPacks.test.ModelYaml.Disk",
                "uuid": "u-1",
                "attributes": {"size": 2000, "serial": "S1"},
            },
            {"id": "d2", "modname": "ZenPacks.test.ModelYaml.Disk", "attributes": {"set_pool": "p1"}},
            {"id": "d3", "modname": "ZenPacks.test.ModelYaml.Disk.Disk", "attributes": {"size": 0}},
            {"id": "s1", "modname": "ZenPacks.test.ModelYaml.SpareDisk", "zproperties": {"zArrayPort": 1}},
        ],
        "pools": [
            {
                "id": "p1",
                "modname": "ZenPacks.test.ModelYaml.Pool",
                "attributes": {"title": "Gold", "set_members": ["d1"], "productionState": 400, "monitor": False},
            }
        ],
        "": [
            {
                "id": "os",
                "modname": "Products.ZenModel.OperatingSystem",
                "attributes": {"uname": "Linux"},
                "relations": {
                    "filesystems": [
                        {
                            "id": "m1",
                            "modname": "ZenPacks.test.ModelYaml.Mount",
                            "attributes": {
                                "mount": "/data",
                                "blockSize": 4096,
                                "totalBlocks": 10,
                                "set_disks": ["d1", "d2"],
                            },
                        }
                    ],
                    "interfaces": [
                        {
                            "id": "eth0",
                            "modname": "Products.ZenModel.IpInterface",
                            "attributes": {"type": "ethernetCsmacd"},
                        }
                    ],
                },
            }
        ],
    },
}

CLOUD = {
    "id": "cloud1",
    "class": "ZenPacks.test.ModelProducts.Cloud",
    "device_class": "/Cloud",
    "attributes": {"manageIp": "10.0.0.9", "setZoneCount": 2},
    "zproperties": {"zCloudKey": "k"},
    "templates": ["Cloud", "CloudZone"],
    "bound": ["Cloud"],
    "relations": {
        "zones": [
            {"id": "z1", "modname": "ZenPacks.test.ModelProducts.Zone", "attributes": {"region": "eu"}},
            {"id": "z2", "modname": "ZenPacks.test.ModelProducts.Zone"},
        ]
    },
}


@pytest.fixture(scope="session")
def welcome():
    return {"packs": [{"name": f"ZenPacks.test.{n}", "path": str(PACKS / f"ZenPacks.test.{n}")} for n in MODEL_PACKS]}


@pytest.fixture(scope="session")
def service(welcome):
    compat.install(welcome)
    service = Service(welcome)
    service.handle("model", {"devices": [ARRAY, CLOUD]})
    return service


@pytest.fixture
def find(service):
    def find(device, *path):
        return service.model.find([device, list(path)])

    return find
