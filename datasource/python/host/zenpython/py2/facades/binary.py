"""Modules that turn bytes into bytes, with native strings on both sides."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from zenpython.py2.facades.files import binary_stream
from zenpython.py2.strings import binary, native, native_deep, to_bytes


def taking_bytes(function: Callable[..., Any], give: Callable[[Any], Any] = native) -> Callable[..., Any]:
    """`function` with native strings for its bytes arguments; `give` makes the result native."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return give(function(*map(to_bytes, args), **{name: to_bytes(value) for name, value in kwargs.items()}))

    call.__name__ = getattr(function, "__name__", "call")
    call.__doc__ = function.__doc__
    return call


def _module(name: str, functions: str, give: Callable[[Any], Any] = native) -> dict[str, Any]:
    real = importlib.import_module(name)
    return {each: taking_bytes(getattr(real, each), give) for each in functions.split()}


def base64() -> dict[str, Any]:
    """base64: all functions, and the names that are gone."""
    import base64 as real

    names = _module(
        "base64",
        "b64encode b64decode standard_b64encode standard_b64decode urlsafe_b64encode urlsafe_b64decode b32encode "
        "b32decode b16encode b16decode",
    )
    names["encodestring"] = taking_bytes(real.encodebytes)
    names["decodestring"] = taking_bytes(real.decodebytes)
    return names


def binascii() -> dict[str, Any]:
    """binascii."""
    names = _module("binascii", "a2b_hex unhexlify a2b_base64 a2b_qp", binary)
    names.update(_module("binascii", "b2a_hex hexlify b2a_base64 b2a_qp"))
    import binascii as real

    names["crc32"] = _signed(taking_bytes(real.crc32))
    return names


def _signed(function: Callable[..., int]) -> Callable[..., int]:
    """Python 2's checksums were signed."""

    def call(*args: Any) -> int:
        value = function(*args)
        return value - (1 << 32) if value & 0x80000000 else value

    return call


def zlib() -> dict[str, Any]:
    """zlib."""
    import zlib as real

    names = _module("zlib", "compress", binary)
    names["decompress"] = taking_bytes(real.decompress)
    names["crc32"], names["adler32"] = _signed(taking_bytes(real.crc32)), _signed(taking_bytes(real.adler32))
    names["compressobj"] = lambda *args: _Stage(real.compressobj(*args), binary)
    names["decompressobj"] = lambda *args: _Stage(real.decompressobj(*args), native)
    return names


class _Stage:
    """A (de)compressor or hash object that is fed native strings."""

    def __init__(self, real: Any, give: Callable[[Any], Any]) -> None:
        self._real = real
        self._give = give

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._real, name)
        if callable(value):
            return taking_bytes(value, self._give)
        return self._give(value) if isinstance(value, bytes) else value

    def copy(self) -> _Stage:
        """A copy with the same state."""
        return _Stage(self._real.copy(), self._give)


def _packed(value: Any) -> Any:
    return binary(value) if isinstance(value, bytes) else value


_HASHES = "md5 sha1 sha224 sha256 sha384 sha512"


def hashlib() -> dict[str, Any]:
    """hashlib: hash objects that take native strings."""
    import hashlib as real

    names: dict[str, Any] = {each: _hash(getattr(real, each)) for each in _HASHES.split()}
    names["new"] = lambda name, data="": _Stage(real.new(name, to_bytes(data)), _packed)
    names["pbkdf2_hmac"] = lambda name, *args, **kwargs: binary(
        real.pbkdf2_hmac(name, *map(to_bytes, args), **{k: to_bytes(v) for k, v in kwargs.items()})
    )
    return names


def _hash(make: Callable[[bytes], Any]) -> Callable[..., _Stage]:
    return lambda data="": _Stage(make(to_bytes(data)), _packed)


def md5() -> dict[str, Any]:
    """md5, the module."""
    import hashlib as real

    return {"md5": _hash(real.md5), "new": _hash(real.md5), "digest_size": 16}


def sha() -> dict[str, Any]:
    """sha, the module."""
    import hashlib as real

    return {"sha": _hash(real.sha1), "new": _hash(real.sha1), "digest_size": 20}


def hmac() -> dict[str, Any]:
    """hmac: MD5 unless said otherwise, as it was."""
    import hmac as real

    def new(key: Any, msg: Any = None, digestmod: Any = "md5") -> _Stage:
        if not isinstance(digestmod, str):
            digestmod = _digest_name(digestmod)
        return _Stage(real.new(to_bytes(key), to_bytes(msg), digestmod), _packed)

    return {"new": new, "HMAC": new, "compare_digest": taking_bytes(real.compare_digest)}


def _digest_name(digest: Any) -> Any:
    """The name of a hash that comes as a constructor or module of ours."""
    make = getattr(digest, "new", digest)
    name = getattr(make(), "name", None)
    return name or digest


def struct() -> dict[str, Any]:
    """struct: `s`, `p` and `c` are native strings."""
    import struct as real

    def pack(form: str, *values: Any) -> str:
        return binary(real.pack(form, *map(to_bytes, values)))

    def unpack(form: str, data: Any) -> tuple[Any, ...]:
        return native_deep(real.unpack(form, to_bytes(data)))

    def unpack_from(form: str, data: Any, offset: int = 0) -> tuple[Any, ...]:
        return native_deep(real.unpack_from(form, to_bytes(data), offset))

    class Struct:
        """A compiled form."""

        def __init__(self, form: str) -> None:
            self.format = form
            self.size = real.calcsize(form)

        def pack(self, *values: Any) -> str:
            """Pack values."""
            return pack(self.format, *values)

        def unpack(self, data: Any) -> tuple[Any, ...]:
            """Unpack values."""
            return unpack(self.format, data)

        def unpack_from(self, data: Any, offset: int = 0) -> tuple[Any, ...]:
            """Unpack values at an offset."""
            return unpack_from(self.format, data, offset)

    return {"pack": pack, "unpack": unpack, "unpack_from": unpack_from, "Struct": Struct}


def pickle() -> dict[str, Any]:
    """pickle, cPickle: pickles are native strings; Python 2's own are read."""
    import pickle as real

    def loads(data: Any) -> Any:
        return real.loads(to_bytes(data), encoding="latin-1")

    return {
        "dumps": lambda value, protocol=0: binary(real.dumps(value, protocol)),
        "loads": loads,
        "dump": lambda value, file, protocol=0: file.write(binary(real.dumps(value, protocol))),
        "load": lambda file: real.load(binary_stream(file), encoding="latin-1"),
    }
