"""Twisted protocols of translated code: what arrives is native, what is written becomes bytes.

A class that translated code derives from Twisted's `Protocol` derives from a native one instead. Its own methods that
receive data are wrapped when the class is made; Twisted's methods of the same names go on with bytes, whichever way
they are called.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from zenpython.py2.strings import native, to_bytes

# Methods through which data arrives, and the position of the data among the arguments.
_RECEIVING = {
    "dataReceived": 0,
    "lineReceived": 0,
    "lineLengthExceeded": 0,
    "rawDataReceived": 0,
    "stringReceived": 0,
    "datagramReceived": 0,
    "outReceived": 0,
    "errReceived": 0,
    "childDataReceived": 1,
}
_SENDING = ("sendLine", "sendString", "setRawMode", "setLineMode")
_OURS = "__zp_native__"


class NativeTransport:
    """A transport that takes native strings."""

    def __init__(self, transport: Any) -> None:
        self.__dict__["_transport"] = transport

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._transport, name, value)

    def write(self, data: Any, *address: Any) -> Any:
        """Write."""
        return self._transport.write(to_bytes(data), *address)

    def writeSequence(self, data: Iterable[Any]) -> Any:
        """Write each."""
        return self._transport.writeSequence(list(map(to_bytes, data)))

    def writeToChild(self, fd: int, data: Any) -> Any:
        """Write to one of a process's descriptors."""
        return self._transport.writeToChild(fd, to_bytes(data))


def _receiving(method: Callable[..., Any], position: int) -> Callable[..., Any]:
    @functools.wraps(method)
    def received(self: Any, *args: Any) -> Any:
        arguments = list(args)
        if len(arguments) > position:
            arguments[position] = native(arguments[position])
        return method(self, *arguments)

    setattr(received, _OURS, True)
    return received


def _going_on(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of Twisted's that is called with native strings by an override, or with bytes by the transport."""

    @functools.wraps(method)
    def called(self: Any, *args: Any) -> Any:
        return method(self, *map(to_bytes, args))

    setattr(called, _OURS, True)
    return called


class _NativeMixin:
    """Wraps the classes that are derived from a native protocol."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = vars(cls)
        for name, position in _RECEIVING.items():
            method = own.get(name)
            if callable(method) and not getattr(method, _OURS, False):
                setattr(cls, name, _receiving(method, position))
        if isinstance(own.get("delimiter"), str):
            cls.delimiter = to_bytes(own["delimiter"])  # type: ignore[attr-defined]

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "delimiter":
            value = to_bytes(value)
        elif name == "transport" and value is not None and not isinstance(value, NativeTransport):
            value = NativeTransport(value)
        super().__setattr__(name, value)


def native_class(real: type) -> type:
    """The class that translated code gets for a protocol class of Twisted's."""
    names: dict[str, Any] = {"__module__": real.__module__, "__doc__": real.__doc__}
    for name in (*_RECEIVING, *_SENDING):
        method = getattr(real, name, None)
        if callable(method):
            names[name] = _going_on(method)
    return type(real.__name__, (_NativeMixin, real), names)


def _classes(module: Any, names: str) -> dict[str, Any]:
    return {name: native_class(getattr(module, name)) for name in names.split() if hasattr(module, name)}


def protocol() -> dict[str, Any]:
    """twisted.internet.protocol."""
    import twisted.internet.protocol as real

    return _classes(real, "Protocol ProcessProtocol DatagramProtocol ConnectedDatagramProtocol")


def basic() -> dict[str, Any]:
    """twisted.protocols.basic."""
    import twisted.protocols.basic as real

    return _classes(
        real,
        "LineReceiver LineOnlyReceiver NetstringReceiver Int8StringReceiver Int16StringReceiver Int32StringReceiver",
    )
