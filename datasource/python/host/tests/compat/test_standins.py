"""What stand-ins let code do, and what they record."""

from __future__ import annotations

import importlib

import pytest
from zope.interface import Interface, implementedBy, implementer
from zope.interface.interface import InterfaceClass

from zenpython import compat
from zenpython.compat import standins

compat.install({})

UNKNOWN = importlib.import_module("Products.ZenNothing.deep.down")


def test_unknown_modules_below_the_platform_import():
    assert importlib.import_module("zope.nothing.here").Anything
    assert importlib.import_module("ZenPacks.zenoss.Impact.impactd").Trigger
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("surely_not_installed_anywhere")


def test_classes_can_be_subclassed():
    class Own(UNKNOWN.Base, UNKNOWN.Other):
        _properties = UNKNOWN.Base._properties + ("mine",)  # noqa: RUF005 - as packs do
        _relations = ("mine",) + UNKNOWN.Other._relations  # noqa: RUF005

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.args = args

    own = Own(1, 2, key=3)
    assert own.args == (1, 2)
    assert (Own._properties, Own._relations) == (("mine",), ("mine",))
    assert isinstance(own, UNKNOWN.Base)
    with pytest.raises(AttributeError):
        _ = own.nothing_gives_this


def test_decorators_leave_what_they_decorate():
    def function():
        return 1

    @UNKNOWN.factory("argument", key=1)
    class Decorated:
        pass

    assert UNKNOWN.plain(function) is function
    assert UNKNOWN.factory("argument")(function) is function
    assert isinstance(Decorated, type) and Decorated.__name__ == "Decorated"


def test_values():
    value = UNKNOWN.thing("x").attribute["key"](1)
    assert list(value) == [] and len(value) == 0 and bool(value)
    assert value + (1,) == (1,) and [2] + value == [2]  # noqa: RUF005 - as packs do
    assert "x" not in value and not value < 1
    assert not hasattr(value, "__html__")
    with value as entered:
        assert entered is value
    assert "Products.ZenNothing.deep.down.thing" in repr(value)


def test_a_value_can_be_a_base():
    class Own(UNKNOWN.module().Thing):
        pass

    assert Own().__class__ is Own


def test_interfaces_are_real():
    assert isinstance(UNKNOWN.IThing, InterfaceClass)

    class IOwn(UNKNOWN.IThing, Interface):
        pass

    @implementer(IOwn)
    class Own:
        pass

    assert implementedBy(Own).isOrExtends(UNKNOWN.IThing)


def test_adapting_to_an_unknown_interface():
    assert standins.is_stand_in(UNKNOWN.IThing(3))
    assert UNKNOWN.IThing(3, None) is None


def test_touches_are_recorded():
    _ = UNKNOWN.recordedName
    found = [touch for touch in compat.touched() if touch.attribute == "recordedName"]
    assert [(touch.module, touch.pack) for touch in found] == [("Products.ZenNothing.deep.down", __name__)]


def test_is_stand_in():
    class Own(UNKNOWN.Base):
        pass

    assert standins.is_stand_in(UNKNOWN.Base) and standins.is_stand_in(UNKNOWN.call())
    assert not standins.is_stand_in(Own) and not standins.is_stand_in(3)


def test_providers_answer_first(monkeypatch):
    monkeypatch.setattr(standins, "_providers", [])
    standins.provide(lambda module, name: 42 if name == "Provided" else None)
    assert UNKNOWN.Provided == 42
    assert standins.is_stand_in(UNKNOWN.NotProvided)
