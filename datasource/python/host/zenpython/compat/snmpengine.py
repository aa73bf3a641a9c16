"""SNMP requests over pysnmp's protocol engine and Twisted's UDP.

pysnmp brings its own asyncio transport; the engine below it knows nothing of event loops, so here it gets a transport
that is Twisted's and works under any reactor.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyasn1.type import univ
from pysnmp.carrier.asyncio.dgram import udp, udp6
from pysnmp.carrier.base import AbstractTransport, AbstractTransportDispatcher
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413 import cmdgen
from pysnmp.proto import errind, rfc1902
from twisted.internet import defer, protocol, task
from twisted.internet.abstract import isIPv6Address
from twisted.internet.error import TimeoutError

from zenpython.compat.text import native

# How often the engine looks for requests that got no answer; it bounds how exact time limits are.
_TICK_SECONDS = 0.1


class SnmpError(Exception):
    """The agent, or the engine, refused a request."""


@dataclass(frozen=True)
class Credentials:
    """Who asks: a community for v1 and v2c, a user with its keys for v3."""

    version: int
    community: str = ""
    user: str = ""
    level: str = "noAuthNoPriv"
    auth: str = ""
    auth_key: str = ""
    priv: str = ""
    priv_key: str = ""
    context: str = ""

    def __repr__(self) -> str:
        return f"<SNMP credentials, version {self.version}>"


_AUTH = {
    "": config.USM_AUTH_NONE,
    "MD5": config.USM_AUTH_HMAC96_MD5,
    "SHA": config.USM_AUTH_HMAC96_SHA,
    "SHA-224": config.USM_AUTH_HMAC128_SHA224,
    "SHA-256": config.USM_AUTH_HMAC192_SHA256,
    "SHA-384": config.USM_AUTH_HMAC256_SHA384,
    "SHA-512": config.USM_AUTH_HMAC384_SHA512,
}

_PRIV = {
    "": config.USM_PRIV_NONE,
    "DES": config.USM_PRIV_CBC56_DES,
    "AES": config.USM_PRIV_CFB128_AES,
    "AES-128": config.USM_PRIV_CFB128_AES,
    "AES-192": config.USM_PRIV_CFB192_AES,
    "AES-256": config.USM_PRIV_CFB256_AES,
}


class _Dispatcher(AbstractTransportDispatcher):
    """Ticks the engine's clock while requests are under way, and only then."""

    def __init__(self) -> None:
        super().__init__()
        self._ticking = task.LoopingCall(self._tick)

    def job_started(self, jobId: Any, count: int = 1) -> None:
        super().job_started(jobId, count)
        if not self._ticking.running:
            self._ticking.start(_TICK_SECONDS, now=False)

    def _tick(self) -> None:
        if self.jobs_are_pending():
            self.handle_timer_tick(self._ticking.clock.seconds())
        else:
            self._ticking.stop()


class _Transport(AbstractTransport, protocol.DatagramProtocol):
    """One UDP socket of an engine."""

    PROTO_TRANSPORT_DISPATCHER = _Dispatcher
    noisy = False

    def __init__(self, address_type: Any, interface: str) -> None:
        from twisted.internet import reactor

        self.ADDRESS_TYPE = address_type
        self._port = reactor.listenUDP(0, self, interface=interface)  # type: ignore[attr-defined]
        self._received: Any = None

    def register_callback(self, cbFun: Any) -> None:
        self._received = cbFun

    def unregister_callback(self) -> None:
        self._received = None

    @classmethod
    def is_compatible_with_dispatcher(cls, dispatcher: Any) -> bool:
        return isinstance(dispatcher, _Dispatcher)

    def send_message(self, outgoingMessage: bytes, transportAddress: Any) -> None:
        self.transport.write(outgoingMessage, tuple(transportAddress)[:2])

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        if self._received is not None:
            self._received(self, self.ADDRESS_TYPE(addr), datagram)

    def close_transport(self) -> None:
        self._port.stopListening()


class Engine:
    """A protocol engine that asks with one set of credentials."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._snmp = SnmpEngine()
        self._names = itertools.count()
        self._domains: set[Any] = set()
        self._params = "asking"
        if credentials.version == 3:
            config.add_v3_user(
                self._snmp, credentials.user,
                _AUTH[credentials.auth], credentials.auth_key or None,
                _PRIV[credentials.priv], credentials.priv_key or None,
            )  # fmt: skip
            config.add_target_parameters(self._snmp, self._params, credentials.user, credentials.level)
        else:
            config.add_v1_system(self._snmp, "asking", credentials.community)
            config.add_target_parameters(
                self._snmp, self._params, "asking", "noAuthNoPriv", credentials.version - 1
            )

    def add_target(self, address: str, port: int, timeout: float, retries: int) -> str:
        """Make an agent known; the name returned stands for it in requests."""
        name = f"agent-{next(self._names)}"
        domain = udp6.DOMAIN_NAME if isIPv6Address(address) else udp.DOMAIN_NAME
        self._listen(domain)
        config.add_target_address(
            self._snmp, name, domain, (address, port), self._params, round(timeout * 100), retries
        )
        return name

    def remove_target(self, name: str) -> None:
        """Forget an agent."""
        config.delete_target_address(self._snmp, name)

    def get(self, target: str, oids: Sequence[str]) -> defer.Deferred[list[tuple[str, Any]]]:
        """Get scalars: pairs of oid and value, None for what the agent does not have."""
        return self._ask(target, cmdgen.GetCommandGenerator(), oids)

    def next(self, target: str, oids: Sequence[str], repetitions: int) -> defer.Deferred[list[tuple[str, Any]]]:
        """Get what follows oids: one each with v1, up to `repetitions` each else."""
        if self._credentials.version == 1:
            return self._ask(target, cmdgen.NextCommandGeneratorSingleRun(), oids)
        return self._ask(target, cmdgen.BulkCommandGeneratorSingleRun(), oids, 0, repetitions)

    def close(self) -> None:
        """Close the sockets."""
        if self._snmp.transport_dispatcher:
            self._snmp.close_dispatcher()

    def _listen(self, domain: Any) -> None:
        if domain in self._domains:
            return
        self._domains.add(domain)
        if domain == udp6.DOMAIN_NAME:
            transport = _Transport(udp6.Udp6TransportAddress, "::")
        else:
            transport = _Transport(udp.UdpTransportAddress, "")
        config.add_transport(self._snmp, domain, transport)

    def _ask(self, target: str, generator: Any, oids: Sequence[str], *bulk: int) -> defer.Deferred[Any]:
        done: defer.Deferred[Any] = defer.Deferred()
        pairs = [(rfc1902.ObjectName(oid.strip(".")), rfc1902.Null("")) for oid in oids]
        generator.send_varbinds(
            self._snmp, target, None, self._credentials.context, *bulk, pairs, _answered, done
        )
        return done


def _answered(
    engine: Any, handle: Any, indication: Any, status: Any, index: Any, pairs: Any, done: defer.Deferred[Any]
) -> None:
    if done.called:
        return
    if isinstance(indication, errind.RequestTimedOut):
        done.errback(TimeoutError(string=str(indication)))
    elif indication:
        done.errback(SnmpError(str(indication)))
    elif int(status) == 2:
        # noSuchName, the only word of v1 for both a missing oid and the end of the tree.
        done.errback(NoSuchName(int(index)))
    elif int(status):
        done.errback(SnmpError(f"{status.prettyPrint()} at {int(index)}"))
    else:
        done.callback([("." + str(oid), python_value(value)) for oid, value in pairs])


class NoSuchName(SnmpError):
    """SNMP v1 has no object of the oid at `index` (from 1)."""

    def __init__(self, index: int) -> None:
        super().__init__(f"noSuchName at {index}")
        self.index = index


def python_value(value: Any) -> Any:
    """A value as plugins know it: int, str, dotted address, tuple of numbers for an oid, None for nothing."""
    if isinstance(value, rfc1902.IpAddress):
        return value.prettyPrint()
    if isinstance(value, univ.Null):
        # noSuchObject, noSuchInstance and endOfMibView are kinds of Null, which is a kind of OctetString.
        return None
    if isinstance(value, univ.OctetString):
        return native(bytes(value))
    if isinstance(value, univ.ObjectIdentifier):
        return tuple(int(part) for part in value)
    return int(value)
