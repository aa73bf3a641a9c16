"""The names of `from zenpython import …`."""

from __future__ import annotations

import ast
import subprocess
import sys
from typing import Any

import pytest
from host.rig import HOST, Daemon

import zenpython
from zenpython.host.datamaps import map_fields
from zenpython.host.frames import Report


def test_every_name_is_there() -> None:
    for name in zenpython.__all__:
        assert getattr(zenpython, name) is not None
        assert name in dir(zenpython)
    with pytest.raises(AttributeError, match="Nope"):
        _ = zenpython.Nope


def test_every_name_has_its_types() -> None:
    stub = ast.parse((HOST / "zenpython" / "__init__.pyi").read_text())
    typed = {node.name for node in stub.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    typed |= {ast.unparse(node.target) for node in stub.body if isinstance(node, ast.AnnAssign)}
    assert set(zenpython.__all__) <= typed


def test_they_are_the_classes_of_packs() -> None:
    code = """
import zenpython
plugin = zenpython.PythonDataSourcePlugin
from ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource import PythonDataSourcePlugin
from Products.DataCollector.plugins.DataMaps import ObjectMap
assert plugin is PythonDataSourcePlugin and zenpython.ObjectMap is ObjectMap
"""
    subprocess.run([sys.executable, "-c", code], cwd=HOST, check=True)


def test_importing_zenpython_imports_nothing_else() -> None:
    code = "import sys, zenpython; assert 'twisted' not in sys.modules and 'zenpython.compat' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=HOST, check=True)


def test_maps_have_a_form() -> None:
    one = zenpython.ObjectMap({"id": "a", "relname": "r"}, modname="M")
    one._remove = True
    assert map_fields(one) == {
        "type": "ObjectMap", "relname": "r", "modname": "M", "remove": True, "attributes": {"id": "a"},
    }  # fmt: skip
    many = zenpython.RelationshipMap(relname="r", modname="M", objmaps=[{"id": "a"}, {"id": "b"}])
    fields = map_fields(many)
    assert (fields["type"], fields["relname"]) == ("RelationshipMap", "r")
    assert [(member["modname"], member["attributes"]) for member in fields["maps"]] == [
        ("M", {"id": "a"}),
        ("M", {"id": "b"}),
    ]


@pytest.mark.parametrize("loop", ["epoll", "asyncio"])
def test_a_modern_plugin_runs(start: Any, loop: str) -> None:
    worker: Daemon = start(loop=loop)
    assert worker.configure(1, f"modern.On{loop.capitalize()}")[2:] == [None, {"start_delay": None, "loop": loop}]
    _, _, outcome, data, error, _ = worker.run(1)
    assert error is None
    assert outcome == "ok"
    assert data["values"] == {None: {"dp1": 1}}
    assert data["events"] == [{"summary": "dev1"}]
    assert data["metrics"][0]["name"] == "m"
    assert data["maps"][0]["attributes"] == {"id": "a"}


def test_events_by_the_event_service(worker: Daemon) -> None:
    worker.configure(1, "modern.Sender")
    assert worker.run(1)[2] == "ok"
    assert worker.expect(Report.PUBLISH, 1)[2] == {"events": [{"summary": "by service"}]}
