"""Python values as MessagePack and back: the extension types of docs/worker-protocol.md."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import logging
import numbers
import operator
import pickle
from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Any

import msgpack

from zenpython.py2.strings import ByteString

logger = logging.getLogger("zen.python.worker")

TUPLE, SET, FROZENSET, DATETIME, BIG_INT, DECIMAL, NATIVE, DATE, MAPPING, OPAQUE = range(1, 11)

#: Types that MessagePack has itself and that hold no other values.
SCALARS = frozenset({str, int, float, bool, type(None), bytes})

#: How many values may lie in each other in a frame.
MAX_DEPTH = 100
# The levels of a frame above the values of items: frame, data, maps, RelationshipMap, its maps, ObjectMap, attributes.
_DEPTH_OF_ITEMS = 8

_SEAL_BYTES = 16


class Unencodable(TypeError):
    """A value that has no form in a frame."""


class Unreadable:
    """In the place of an opaque value that cannot be read; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return f"<unreadable value: {self.reason}>"


class Codec:
    """Encodes values to MessagePack and decodes them.

    With ``opaque``, values that only Python can read are pickled; the pickle is sealed with ``key``, so that nothing
    but what a process of this daemon pickled itself is ever unpickled. A codec's methods are for one thread.
    """

    def __init__(self, key: bytes, *, opaque: bool = False) -> None:
        self._key = key
        self._opaque = opaque
        self._packer = msgpack.Packer(**_PACKING)

    def encode(self, value: Any) -> bytes:
        """Return the MessagePack of any value; Unencodable names the value that has none."""
        return self._encoded(value, MAX_DEPTH)

    def _encoded(self, value: Any, depth: int) -> bytes:
        try:
            return self._packer.pack(self._prepared(value, depth))
        except ValueError as error:
            raise Unencodable(str(error)) from None

    def encode_plain(self, value: Any) -> bytes:
        """Return the MessagePack of a value made of text, numbers, lists and dicts with text keys alone, fast."""
        return self._packer.pack(value)

    def check(self, value: Any) -> None:
        """Raise Unencodable if the value has no form as an item of a frame."""
        if type(value) not in SCALARS:
            self._encoded(value, MAX_DEPTH - _DEPTH_OF_ITEMS)

    def decode(self, data: bytes | memoryview) -> Any:
        """Return the value of one MessagePack; ValueError if it is none."""
        return msgpack.unpackb(
            data, ext_hook=self._extension, strict_map_key=False, unicode_errors="surrogateescape", timestamp=0
        )

    def _prepared(self, value: Any, depth: int) -> Any:
        """Return the value with everything in it replaced that MessagePack does not have."""
        kind = type(value)
        if kind in SCALARS:
            return value
        if depth <= 0:
            raise Unencodable(f"a value that has more than {MAX_DEPTH} levels or contains itself")
        if kind is list:
            return self._prepared_list(value, depth - 1)
        if kind is dict:
            return self._prepared_dict(value, depth - 1)
        if kind is tuple:
            return self._sequence(TUPLE, value, depth - 1)
        return self._prepared_other(value, depth)

    def _prepared_list(self, value: list[Any], depth: int) -> list[Any]:
        if all(type(item) in SCALARS for item in value):
            return value
        return [self._prepared(item, depth) for item in value]

    def _prepared_dict(self, value: dict[Any, Any], depth: int) -> Any:
        plain = True
        for key, item in value.items():
            if type(key) is not str:
                return self._pairs(value, depth)
            if plain and type(item) not in SCALARS:
                plain = False
        return value if plain else {key: self._prepared(item, depth) for key, item in value.items()}

    def _prepared_other(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            # The native strings of translated code know the bytes that they stand for.
            return msgpack.ExtType(NATIVE, bytes(value)) if hasattr(value, "__bytes__") else str.__str__(value)
        if isinstance(value, Mapping):
            return self._prepared_dict(dict(value), depth - 1)
        if isinstance(value, tuple):
            return self._sequence(TUPLE, value, depth - 1)
        if isinstance(value, list):
            return self._prepared_list(list(value), depth - 1)
        if isinstance(value, Set):
            return self._sequence(FROZENSET if isinstance(value, frozenset) else SET, value, depth - 1)
        return self._prepared_single(value)

    def _prepared_single(self, value: Any) -> Any:
        if isinstance(value, datetime.datetime):
            return msgpack.ExtType(DATETIME, value.isoformat(timespec="microseconds").encode())
        if isinstance(value, datetime.date):
            return msgpack.ExtType(DATE, value.isoformat().encode())
        if isinstance(value, Decimal):
            return msgpack.ExtType(DECIMAL, str(value).encode())
        if isinstance(value, (bytearray, memoryview)):
            return bytes(value)
        number = _number(value) if isinstance(value, numbers.Number) or hasattr(value, "__index__") else None
        return self._sealed(value) if number is None else number

    def _sequence(self, code: int, items: Any, depth: int) -> msgpack.ExtType:
        return msgpack.ExtType(code, msgpack.packb([self._prepared(item, depth) for item in items], **_PACKING))

    def _pairs(self, value: dict[Any, Any], depth: int) -> msgpack.ExtType:
        flat = [self._prepared(part, depth) for pair in value.items() for part in pair]
        return msgpack.ExtType(MAPPING, msgpack.packb(flat, **_PACKING))

    def _sealed(self, value: Any) -> msgpack.ExtType:
        if not self._opaque:
            raise Unencodable(f"a value of type {type(value).__name__}")
        try:
            data = pickle.dumps(value)
        except Exception as error:
            raise Unencodable(f"a value of type {type(value).__name__}: {error}") from error
        return msgpack.ExtType(OPAQUE, self._seal(data) + data)

    def _seal(self, data: bytes) -> bytes:
        return hmac.new(self._key, data, hashlib.sha256).digest()[:_SEAL_BYTES]

    def _extension(self, code: int, data: bytes) -> Any:
        reader = _READERS.get(code)
        if reader is not None:
            return reader(data)
        if code == OPAQUE:
            return self._unsealed(data)
        if code not in _CONTAINERS:
            raise ValueError(f"extension type {code} is unknown")
        return _CONTAINERS[code](self.decode(data))

    def _unsealed(self, data: bytes) -> Any:
        seal, data = data[:_SEAL_BYTES], data[_SEAL_BYTES:]
        try:
            if not hmac.compare_digest(seal, self._seal(data)):
                raise ValueError("no process of this daemon made it")
            return pickle.loads(data)
        except Exception as error:  # a class that is not there, say: it must not cost the frame
            logger.error("an opaque value cannot be read: %s: %s", type(error).__name__, error)
            return Unreadable(str(error))


def native(value: Any) -> str:
    """Return the text of a value that should be one; bytes are UTF-8, or else a character each."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (bytes, bytearray)):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.decode("latin-1")
    return str(value)


def _big_int(value: Any) -> msgpack.ExtType:
    """Stand in for what MessagePack cannot hold of the values that `_prepared` leaves: integers beyond 64 bits."""
    if type(value) is not int:
        raise Unencodable(f"a value of type {type(value).__name__}")
    return msgpack.ExtType(BIG_INT, str(value).encode())


# strict_types, so that no subclass with a behaviour of its own is taken for a plain value. Lone surrogates come from
# undecodable bytes: they must not cost the frame.
_PACKING: dict[str, Any] = {"strict_types": True, "default": _big_int, "unicode_errors": "backslashreplace"}


def _number(value: Any) -> int | float | None:
    """Return the plain number of an IntEnum, a numpy scalar and the like; None of what is no real number."""
    for convert in (operator.index, float):
        try:
            return convert(value)
        except (TypeError, ValueError, OverflowError):
            continue
    return None


def _datetime(data: bytes) -> datetime.datetime:
    text = data.decode()
    # Python 3.10 does not know Z.
    return datetime.datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)


def _dict(flat: list[Any]) -> dict[Any, Any]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


_READERS = {
    DATETIME: _datetime,
    DATE: lambda data: datetime.date.fromisoformat(data.decode()),
    BIG_INT: lambda data: int(data.decode()),
    DECIMAL: lambda data: Decimal(data.decode()),
    NATIVE: lambda data: ByteString(data.decode("latin-1")),
}

_CONTAINERS = {TUPLE: tuple, SET: set, FROZENSET: frozenset, MAPPING: _dict}
