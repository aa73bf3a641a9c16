"""ObjectMap and RelationshipMap (spec §6.1)."""

from __future__ import annotations

import pytest

from zenpython.compat.datamaps import MultiArgs, ObjectMap, RelationshipMap


def test_attributes_set_are_recorded():
    made = ObjectMap({"id": "a"}, compname="os", modname="m.C")
    made.color = "red"
    made._add = False
    made.compname = "hw"
    assert dict(made.items()) == {"id": "a", "color": "red"}
    assert (made.compname, made.modname, made.classname, made.plugin_name) == ("hw", "m.C", "", "")
    assert made._add is False
    del made.color
    assert dict(made.items()) == {"id": "a"}


def test_names_of_the_data_win_over_nothing():
    made = ObjectMap({"id": "a", "modname": "m.C", "relname": "r"})
    assert made.modname == "m.C"
    assert dict(made.items()) == {"id": "a", "relname": "r"}


@pytest.mark.parametrize(
    "directive", ["remove", "delete_locked", "add", "update", "update_locked", "rebuild", "nochange", None]
)
def test_directives(directive):
    made = ObjectMap()
    made._directive = directive
    assert made._directive == directive
    assert made.items() == []


def test_unknown_directive():
    with pytest.raises(RuntimeError, match="destroy"):
        ObjectMap()._directive = "destroy"


def test_relationship_wraps_anew():
    inner = ObjectMap({"id": "a"}, compname="os", modname="m.Inner")
    inner._remove = True
    wrapped = RelationshipMap("r", "os", "m.Outer", [inner, {"id": "b"}], parentId="p", plugin_name="x")
    assert [each.id for each in wrapped] == ["a", "b"]
    assert [each.modname for each in wrapped.maps] == ["m.Outer", "m.Outer"]
    assert wrapped.maps[0] is not inner and not hasattr(wrapped.maps[0], "_remove")
    assert wrapped.maps[0].compname == ""
    wrapped.append(inner)
    wrapped.extend([inner])
    assert wrapped.maps[2] is inner and wrapped.maps[3] is inner
    assert (wrapped.relname, wrapped.compname, wrapped.parentId, wrapped.plugin_name) == ("r", "os", "p", "x")


def test_an_empty_relationship_map_is_not_nothing():
    assert RelationshipMap("r") and len(RelationshipMap("r")) == 0


def test_multi_args():
    assert MultiArgs(1, 2).args == (1, 2)


def test_equality_is_by_what_is_wanted():
    assert ObjectMap({"id": 1}) == ObjectMap({"id": 1})
    assert ObjectMap({"id": 1}) != ObjectMap({"id": 1}, modname="m")
