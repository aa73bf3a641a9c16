"""AgentProxy against an agent on loopback."""

from __future__ import annotations

import pytest
from pysnmp.proto.api import v2c
from twisted.internet.error import TimeoutError

from compat.agent import Agent
from zenpython.compat import snmpargs
from zenpython.compat.snmpengine import Credentials, SnmpError

COLUMN = "1.3.6.1.2.1.2.2.1.10"
OBJECTS = {
    "1.3.6.1.2.1.1.1.0": v2c.OctetString("a device"),
    "1.3.6.1.2.1.1.2.0": v2c.ObjectIdentifier("1.3.6.1.4.1.9"),
    "1.3.6.1.2.1.1.3.0": v2c.TimeTicks(77),
    "1.3.6.1.2.1.1.4.0": v2c.IpAddress("10.0.0.1"),
    "1.3.6.1.2.1.1.5.0": v2c.OctetString(hexValue="ff00"),
    **{f"{COLUMN}.{row}": v2c.Counter32(row * 10) for row in range(1, 121)},
    "1.3.6.1.2.1.2.2.1.11.1": v2c.Integer(-4),
}


@pytest.fixture
def agent(in_reactor):
    """An agent with `proxy(version)`, proxies that ask it."""
    from pynetsnmp.twistedsnmp import AgentProxy
    from twisted.internet import reactor

    listening = Agent(OBJECTS)
    port = in_reactor(reactor.listenUDP, 0, listening, interface="127.0.0.1")

    def proxy(version="v2c", **options):
        made = AgentProxy(ip="127.0.0.1", port=port.getHost().port, snmpVersion=version, timeout=5, **options)
        in_reactor(made.open)
        return made

    listening.proxy = proxy
    yield listening
    in_reactor(port.stopListening)


@pytest.mark.parametrize("version", ["v1", "v2c"])
def test_get(agent, in_reactor, version):
    asked = [f".1.3.6.1.2.1.1.{number}.0" for number in (1, 2, 3, 4, 5)] + ["1.3.6.1.9.9.0"]
    assert in_reactor(agent.proxy(version).get, asked) == {
        ".1.3.6.1.2.1.1.1.0": "a device",
        ".1.3.6.1.2.1.1.2.0": (1, 3, 6, 1, 4, 1, 9),
        ".1.3.6.1.2.1.1.3.0": 77,
        ".1.3.6.1.2.1.1.4.0": "10.0.0.1",
        ".1.3.6.1.2.1.1.5.0": "\xff\x00",
        ".1.3.6.1.9.9.0": None,
    }


@pytest.mark.parametrize("version", ["v1", "v2c"])
def test_table(agent, in_reactor, version):
    last = "1.3.6.1.2.1.2.2.1.11"
    columns = in_reactor(agent.proxy(version).getTable, ["." + COLUMN, last])
    assert columns["." + COLUMN] == {f".{COLUMN}.{row}": row * 10 for row in range(1, 121)}
    assert columns[last] == {f".{last}.1": -4}


def test_rows_are_limited(agent, in_reactor):
    assert len(in_reactor(agent.proxy().getTable, [COLUMN], maxRepetitions=10, limit=20)[COLUMN]) == 20


def test_walk(agent, in_reactor):
    assert len(in_reactor(agent.proxy().walk, "1.3.6.1.2.1.1")) == 5


def test_an_agent_whose_oids_do_not_grow(agent, in_reactor):
    agent.lies = True
    assert in_reactor(agent.proxy().walk, "1.3.6.1.2.1.2.2.1.11") == {".1.3.6.1.2.1.2.2.1.11.1": -4}


def test_no_answer(agent, in_reactor):
    proxy = agent.proxy(community="wrong")
    with pytest.raises(TimeoutError):
        in_reactor(proxy.get, ["1.3.6.1.2.1.1.1.0"], timeout=0.1, retryCount=0)
    with pytest.raises(TimeoutError):
        in_reactor(proxy.getTable, [COLUMN], timeout=0.1, retryCount=0)


def test_closed_proxy_opens_again(agent, in_reactor):
    proxy = agent.proxy()
    for _ in range(2):
        in_reactor(proxy.open)
        assert in_reactor(proxy.get, ["1.3.6.1.2.1.1.3.0"]) == {".1.3.6.1.2.1.1.3.0": 77}
        in_reactor(proxy.close)


def test_not_open(in_reactor):
    from pynetsnmp.twistedsnmp import AgentProxy

    with pytest.raises(SnmpError, match="not open"):
        in_reactor(AgentProxy("127.0.0.1").get, ["1.3"])


@pytest.mark.parametrize(
    ("version", "arguments", "expected"),
    [
        ("v1", [], Credentials(1, community="c")),
        ("2c", ["-u", "nobody"], Credentials(2, community="c")),
        ("v3", ["-v3", "-l", "noAuthNoPriv", "-u", "me"], Credentials(3, user="me")),
        (
            "v3",
            ["-v3", "-l", "authNoPriv", "-a", "sha", "-A", "akey", "-x", "AES", "-X", "pkey", "-u", "me"],
            Credentials(3, user="me", level="authNoPriv", auth="SHA", auth_key="akey", priv_key="pkey"),
        ),
        (
            "3",
            ["-l", "authPriv", "-a", "SHA_256", "-A", "akey", "-x", "AES", "-X", "pkey", "-u", "me", "-n", "ctx"],
            Credentials(3, "", "me", "authPriv", "SHA-256", "akey", "AES", "pkey", "ctx"),
        ),
    ],
)
def test_credentials(version, arguments, expected):
    assert snmpargs.credentials(version, "c", arguments) == expected


def test_unknown_version():
    with pytest.raises(ValueError, match="zSnmpVer is 'v4'"):
        snmpargs.credentials("v4", "c", [])


def test_credentials_are_not_shown():
    assert "secret" not in repr(Credentials(2, community="secret"))
