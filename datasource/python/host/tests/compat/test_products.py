"""The platform's helper modules: what they give for what plugins hand them."""

from __future__ import annotations

import decimal
import math
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet import defer, task

from zenpython import compat
from zenpython.compat import served

compat.install({})

from Products.AdvancedQuery import And, Between, Eq, Generic, In, MatchGlob, MatchRegexp, Not, Or  # noqa: E402
from Products.DataCollector.plugins.CollectorPlugin import GetMap, GetTableMap, PythonPlugin  # noqa: E402
from Products.ZenEvents import Event, ZenEventClasses  # noqa: E402
from Products.ZenModel.MinMaxThreshold import rpneval  # noqa: E402
from Products.ZenModel.OSProcessMatcher import OSProcessDataMatcher  # noqa: E402
from Products.ZenUtils import IpUtil  # noqa: E402
from Products.ZenUtils.Executor import TwistedExecutor  # noqa: E402
from Products.ZenUtils.FunctionCache import FunctionCache  # noqa: E402
from Products.ZenUtils.Utils import convToUnits, executeStreamCommand, prepId, readable_time  # noqa: E402
from Products.Zuul.utils import severityId, severityString  # noqa: E402
from ZenPacks.zenoss.PythonCollector import twisted_utils  # noqa: E402
from ZenPacks.zenoss.PythonCollector.utils import get_dp_values, weakmethod  # noqa: E402


@pytest.mark.parametrize("name", sorted(served.names()))
def test_every_module_imports(name):
    __import__(name)
    assert name in sys.modules


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/", "-"), ("/var/log", "var_log"), ("a:b", "a_b"), ("C:\\", "C"), ("__x__", "x"), ("", ""), (5, "5"),
        ("eth0/1.5 (x)", "eth0_1.5 (x)"), (b"a/b", "a_b"), (" a ", "a"), ("a$,b", "a$,b"),
    ],
)  # fmt: skip
def test_prepId(text, expected):
    assert prepId(text) == expected


def test_prepId_of_none():
    with pytest.raises(ValueError, match="None"):
        prepId(None)


@given(st.text())
def test_prepId_leaves_nothing_that_ids_may_not_hold(text):
    assert re.fullmatch(r"[a-zA-Z0-9\-_,.$() ]*", prepId(text))
    assert prepId(text) == prepId(text).strip()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((123456789,), "117.7MB"), ((123456789, 1000, "Hz"), "123.5MHz"), ((None,), ""), ((0,), "0.0B"),
        ((-2048,), "-2.0KB"), (("1024",), "1.0KB"), ((2**60,), "1024.0PB"),
    ],
)  # fmt: skip
def test_convToUnits(arguments, expected):
    assert convToUnits(*arguments) == expected


@pytest.mark.parametrize(
    ("seconds", "precision", "expected"),
    [
        (None, 1, "0 seconds"), (0.12, 1, "0 seconds"), (1, 1, "1 second"), (60, 1, "1 minute"),
        (85.5, 2, "1 minute 25 seconds"), (7200, 2, "2 hours"), (90061, 1, "1 day"),
    ],
)  # fmt: skip
def test_readable_time(seconds, precision, expected):
    assert readable_time(seconds, precision) == expected


def test_executeStreamCommand():
    lines = []
    assert executeStreamCommand("echo a; echo b >&2; exit 3", lines.append) == 3
    assert sorted(lines) == ["a\n", "b\n"]
    executeStreamCommand("sleep 9", lines.append, timeout=0.05)
    assert "timed out" in lines[-1]


def test_event_classes():
    assert [getattr(ZenEventClasses, name) for name in ZenEventClasses.Severities] == list(range(6))
    assert ZenEventClasses.Status_Wmi_Conn == "/Status/Wmi/Conn"
    assert Event.Critical == 5
    assert Event.Event(summary="s").getEventFields() == ["summary"]


@pytest.mark.parametrize(
    ("severity", "number"),
    [("Critical", 5), ("clear", 0), (3, 3), ("4", 4), ("loud", None), (9, None), (None, None)],
)
def test_severities(severity, number):
    assert severityId(severity) == number
    assert severityString(severity) == (None if number is None else ZenEventClasses.Severities[number].lower())


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [(5, "100,*", 500), (5, "", 5), (10, "2,/", 5), (1, "8,*,1000,/", 0.008), ("7", "1,-", 6), (7, "4,%", 3)],
)
def test_rpneval(value, text, expected):
    assert rpneval(value, text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["*", "0,/", "x,*"])
def test_rpneval_of_nonsense(text):
    assert math.isnan(rpneval(1, text))


def _matcher(generated, **changes):
    parts = {
        "includeRegex": "java", "excludeRegex": "grep", "replaceRegex": ".*-D(\\w+).*", "replacement": r"\1",
        "primaryUrlPath": "/zport/dmd/Processes/osProcessClasses/java", "generatedId": generated,
    }  # fmt: skip
    return OSProcessDataMatcher(**{**parts, **changes})


def test_processes_of_a_set():
    text = "java -Dshop -jar x.jar"
    generated = _matcher(None).generateId(text)
    assert _matcher(generated).generateName(text) == "shop"
    assert _matcher(generated).matches("java -Dshop -jar other.jar")
    assert not _matcher(generated).matches("java -Dbank -jar x.jar")
    assert not _matcher(generated).matches("grep java -Dshop")
    assert not _matcher(generated).matches("")


@pytest.mark.parametrize(
    ("ip", "version"), [("10.0.0.1", 4), ("::1", 6), ("fe80::1%eth0", 6), ("10.0.0", None), ("x", None)]
)
def test_addresses(ip, version):
    assert IpUtil.get_ip_version(ip) == version
    assert IpUtil.isip(ip) is (version is not None)
    if version is None:
        with pytest.raises(IpUtil.IpAddressError):
            IpUtil.checkip(ip)


def test_masks():
    assert [IpUtil.maskToBits(mask) for mask in ("255.255.255.0", "0xffff0000", "20", 8)] == [24, 16, 20, 8]
    assert IpUtil.bitsToMask(20) == "255.255.240.0"
    assert IpUtil.getnetstr("10.1.2.3", "255.255.0.0") == "10.1.0.0"


def test_executor_runs_in_order_and_not_too_many():
    started, waits = [], [defer.Deferred() for _ in range(4)]
    executor = TwistedExecutor(2)

    def job(number):
        started.append(number)
        return waits[number]

    done = [executor.submit(job, number) for number in range(4)]
    assert (started, executor.running, executor.queued) == ([0, 1], 2, 2)
    waits[1].callback("one")
    assert started == [0, 1, 2]
    executor.setMax(3)
    assert started == [0, 1, 2, 3]
    results = []
    done[1].addCallback(results.append)
    waits[0].errback(ValueError("zero"))
    done[0].addErrback(lambda failure: results.append(failure.getErrorMessage()))
    assert results == ["one", "zero"]


def test_executor_survives_what_raises():
    executor, seen = TwistedExecutor(1), []
    executor.submit(lambda: 1 / 0).addErrback(lambda failure: seen.append(failure.type))
    executor.submit(lambda: "next").addCallback(seen.append)
    assert seen == [ZeroDivisionError, "next"]


def test_function_cache(monkeypatch):
    now, calls = [0.0], []
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    cached = FunctionCache("x", cache_timeout=10)(lambda value: calls.append(value) or len(calls))
    assert [cached(1), cached(1), cached(2)] == [1, 1, 2]
    now[0] = 11
    assert cached(1) == 3
    assert cached([]) == 4


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (10, [(10, "N")]), ("10", [("10", "N")]), (decimal.Decimal("1.5"), [("1.5", "N")]),
        ((7, "N"), [(7, "N")]), ((7, None), [(7, "N")]), ((7, 1404160028.9), [(7, 1404160028)]),
        ((7, "1404160028"), [(7, 1404160028)]), ([10, 11], [(10, 11)]),
        ((10, 11, 12), [(10, "N"), (11, "N"), (12, "N")]),
        ([(1, 2), (3, "N")], [(1, 2), (3, "N")]), ((1, "abc"), [(1, "N"), ("abc", "N")]),
        ((decimal.Decimal("1.5"), 9), [("1.5", 9)]), ((1, math.inf), [(1, "N"), (math.inf, "N")]),
        (None, []), ({}, []), ([], []),
    ],
)  # fmt: skip
def test_get_dp_values(value, expected):
    assert list(get_dp_values(value)) == expected


def test_weakmethod():
    class Thing:
        def method(self, value):
            return value

    thing = Thing()
    call = weakmethod(thing.method, default="gone")
    assert call(1) == 1
    del thing
    assert call(1) == "gone"


def test_add_timeout(monkeypatch):
    clock = task.Clock()
    monkeypatch.setattr("twisted.internet.reactor.callLater", clock.callLater, raising=False)
    seen = []
    late = twisted_utils.add_timeout(defer.Deferred(), 5, KeyError)
    late.addErrback(lambda failure: seen.append(failure.type))
    kept = twisted_utils.add_timeout(defer.Deferred(lambda d: d.errback(OSError("real"))), 5, KeyError)
    kept.addErrback(lambda failure: seen.append(failure.type))
    early = defer.Deferred()
    twisted_utils.add_timeout(early, 5).addCallback(seen.append)
    early.callback("early")
    clock.advance(5)
    assert seen == ["early", KeyError, OSError]
    assert not clock.getDelayedCalls()


def test_queries():
    values = {"id": "eth0", "speed": 100, "paths": ["/a", "/b"], "name": "Main Port"}
    holds = {
        "eq": Eq("id", "eth0"), "list": Eq("paths", "/b"), "in": In("id", ["x", "eth0"]),
        "glob": MatchGlob("name", "main*"),
        "re": MatchRegexp("id", r"^eth\d$"), "generic": Generic("id", {"query": ["eth0"]}),
        "between": Between("speed", 1, 100), "and": Eq("id", "eth0") & Not(Eq("speed", 1)),
        "or": Or(Eq("id", "x")).addSubquery(Eq("speed", 100)), "not": ~And(Eq("id", "x"), Eq("speed", 100)),
    }  # fmt: skip
    assert {name: query.matches(values.get) for name, query in holds.items()} == dict.fromkeys(holds, True)
    assert not Between("missing", 1, 2).matches(values.get)


def test_snmp_maps_of_modelers():
    assert GetMap({".1.3.1": "name"}).mapdata({".1.3.1": "x", ".1.3.2": "y"}) == {"name": "x"}
    table = GetTableMap("t", ".1.3.6", {".1": "a", ".2": "b"})
    assert table.getoids() == [".1.3.6.1", ".1.3.6.2"]
    found = {".1.3.6.1": {".1.3.6.1.5": 1}, ".1.3.6.2": {".1.3.6.2.5": 2, ".1.3.6.2.6": 3}}
    assert table.mapdata(found) == {"5": {"a": 1, "b": 2}, "6": {"b": 3}}


def test_modelers_maps():
    class Modeler(PythonPlugin):
        relname, modname, compname = "tills", "a.Till", "os"

    assert Modeler().objectMap({"id": "x"}).modname == "a.Till"
    assert Modeler().relMap().relname == "tills"
