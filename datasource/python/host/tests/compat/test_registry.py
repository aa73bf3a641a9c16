"""Utilities, adapters, class advice, options, monkeypatches: what modules declare beside their classes."""

from __future__ import annotations

import pytest
import zope.component
from twisted.internet import defer
from zope.interface import Interface, implementedBy, implementer

from zenpython import compat
from zenpython.compat import advice, patching, registry

compat.install({})


class IThing(Interface):
    pass


class IOther(Interface):
    pass


def test_class_advice():
    class Base:
        advice.implements(IThing)

    class Own(Base):
        advice.implements(IOther)
        registry.adapts(IThing)

    assert IThing in implementedBy(Own) and IOther in implementedBy(Own)
    assert Own.__component_adapts__ == (IThing,)
    assert not [name for name in vars(Own) if "zenpython" in name]
    with pytest.raises(TypeError, match="class definition"):
        advice.implements(IThing)


def test_advice_twice_in_one_body():
    class Own:
        advice.implements(IThing)
        advice.implements(IOther)

    assert set(implementedBy(Own)) == {IThing, IOther}


def test_utilities():
    components = registry.Components()
    thing = implementer(IThing)(type("Thing", (), {}))()
    components.provide_utility(thing, name="n")
    assert components.get_utility(IThing, "n") is thing
    assert components.query_utility(IThing) is None
    assert list(components.utilities_for(IThing)) == [("n", thing)]
    with pytest.raises(registry.ComponentLookupError):
        components.get_utility(IOther)
    with pytest.raises(TypeError, match="which interface"):
        components.provide_utility(object())


def test_adapters():
    components = registry.Components()

    class Source:
        pass

    @implementer(IThing)
    @registry.adapter(Source)
    class Adapted:
        def __init__(self, source):
            self.source = source

    source = Source()
    components.provide_adapter(Adapted)
    assert components.get_adapter(source, IThing).source is source
    adapted = Adapted(source)
    assert components.get_adapter(adapted, IThing) is adapted
    with pytest.raises(registry.ComponentLookupError):
        components.get_adapter(3, IThing)
    zope.component.provideAdapter(Adapted)
    assert IThing(source).source is source


def test_preferences_have_all_options():
    from Products.ZenCollector.interfaces import ICollectorPreferences

    compat.install({"options": {"monitor": "m1", "blockingTimeout": 2.0}})
    options = zope.component.getUtility(ICollectorPreferences, "zenpython").options
    assert (options.monitor, options.blockingTimeout, options.runningTimeout, options.cycle) == ("m1", 2.0, 3.0, False)


def test_event_service():
    from Products.ZenCollector.interfaces import IEventService

    sent = []
    compat.install({}, sent.append)
    service = zope.component.queryUtility(IEventService)
    service.sendEvent({"summary": "a", "severity": 3}, severity=5)
    assert sent == [{"summary": "a", "severity": 5}]


def test_monkeypatch():
    class Target:
        def greet(self):
            return "hello"

    @patching.monkeypatch(Target)
    def greet(self):
        return original(self) + LATER  # noqa: F821 - given by monkeypatch

    assert Target().greet() == "hello!"
    assert patching.monkeypatch("Products.ZenModel.NoSuch.NoSuch")(greet) is greet


LATER = "!"


def test_deferred_generators():
    from twisted.internet.defer import deferredGenerator, waitForDeferred

    first = defer.Deferred()

    @deferredGenerator
    def work():
        waiting = waitForDeferred(first)
        yield waiting
        failing = waitForDeferred(defer.fail(ValueError("no")))
        yield failing
        with pytest.raises(ValueError, match="no"):
            failing.getResult()
        yield waiting.getResult() + 1

    results = []
    work().addCallback(results.append)
    assert results == []
    first.callback(41)
    assert results == [42]
