"""Native strings: what stands for Python 2's `str` in translated code.

Python 2's `str` was bytes and text at once. Translated code gets Python 3 text (`str`) wherever a library has bytes:
decoded as UTF-8 when the bytes are valid UTF-8, else one character a byte (latin-1) in a `ByteString`, which remembers
that it stands for bytes. Going out, a `ByteString` becomes the very bytes it came from and any other text becomes
UTF-8, so whatever passes through translated code unchanged comes out unchanged.
"""

# ruff: noqa: SIM905 - lists of words read better as text
from __future__ import annotations

import codecs
from typing import Any, SupportsIndex


class ByteString(str):
    """Text that stands for bytes that are not UTF-8: every character U+0000 to U+00FF is one byte.

    Operations that Python 2 code uses to cut and join binary data keep the type. Where a result can no longer stand
    for bytes (text beyond U+00FF was joined to it) it is plain `str`.
    """

    __slots__ = ()

    def __bytes__(self) -> bytes:
        return self.encode("latin-1")

    def __add__(self, other: str) -> str:
        return _joined(self, other) if isinstance(other, str) else NotImplemented

    def __radd__(self, other: str) -> str:
        return _joined(other, self) if isinstance(other, str) else NotImplemented

    def __mul__(self, count: SupportsIndex) -> str:
        return ByteString(str.__mul__(self, count))

    __rmul__ = __mul__

    def __getitem__(self, index: Any) -> str:
        return ByteString(str.__getitem__(self, index))

    def __iter__(self) -> Any:
        return map(ByteString, str.__iter__(self))

    def __mod__(self, args: Any) -> str:
        return marked(str.__mod__(self, args))


def _keeping(name: str) -> Any:
    """A method of str whose text results stay what they were: bytes."""
    plain = getattr(str, name)

    def method(self: ByteString, *args: Any, **kwargs: Any) -> Any:
        result = plain(self, *args, **kwargs)
        if isinstance(result, str):
            return marked(result)
        return type(result)(map(ByteString, result))

    method.__name__ = name
    return method


for _name in (
    "center expandtabs format join ljust lstrip partition replace rjust rpartition rsplit rstrip split splitlines "
    "strip zfill"
).split():
    setattr(ByteString, _name, _keeping(_name))


def marked(text: str) -> str:
    """`text` as a ByteString if each of its characters can be one byte, else as it is."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return str(text)
    return ByteString(text)


def _joined(left: str, right: str) -> str:
    """Both as one; a part that is text beyond ASCII joins as its UTF-8, as it would have in Python 2."""
    joined = to_bytes(left) + to_bytes(right)
    return ByteString(joined.decode("latin-1"))


def native(data: Any) -> Any:
    """The native string of bytes (anything else is returned as it is): text if it is UTF-8, else a ByteString."""
    if not isinstance(data, (bytes, bytearray, memoryview)):
        return data
    raw = bytes(data)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return ByteString(raw.decode("latin-1"))


def binary(data: bytes) -> str:
    """The native string of bytes that are never meant as text, as packed numbers and digests: one character a byte."""
    return str(data, "ascii") if data.isascii() else ByteString(data.decode("latin-1"))


def native_deep(value: Any) -> Any:
    """`native` for bytes inside tuples and lists, as results of process and parsing functions are."""
    if type(value) in (tuple, list):
        return type(value)(map(native_deep, value))
    return native(value)


def to_bytes(text: Any) -> Any:
    """The bytes of a native string (anything else is returned as it is)."""
    if isinstance(text, ByteString):
        return text.encode("latin-1")
    if isinstance(text, str):
        # Surrogates come from file names; they stand for the bytes that the file system has.
        return text.encode("utf-8", "surrogateescape")
    return text


# Codecs that turned str into str in Python 2 and are bytes to bytes in Python 3.
_BINARY_CODECS = frozenset("hex hex_codec base64 base64_codec zlib zip bz2 quopri quopri_codec uu uu_codec".split())
_TEXT_CODECS = {"rot13": "rot13", "rot_13": "rot13"}
_ESCAPES = {"string_escape": "unicode_escape", "string-escape": "unicode_escape"}


def decode(value: Any, *args: Any, **kwargs: Any) -> Any:
    """`value.decode(...)`: Python 2's for a native string or bytes; other objects are asked themselves."""
    if isinstance(value, (str, bytes, bytearray)):
        return _decode(value, *args, **kwargs)
    return value.decode(*args, **kwargs)


def encode(value: Any, *args: Any, **kwargs: Any) -> Any:
    """`value.encode(...)`, as `decode`; the result is a native string."""
    if isinstance(value, (str, bytes, bytearray)):
        return _encode(value, *args, **kwargs)
    return value.encode(*args, **kwargs)


def _decode(text: Any, encoding: str = "ascii", errors: str = "strict") -> Any:
    """Text that is already decoded passes: Python 2 code decodes what it reads, and reading has decoded here."""
    name = encoding.lower().replace("-", "_")
    if name in _BINARY_CODECS:
        return native(codecs.decode(to_bytes(text), name))
    if name in _TEXT_CODECS:
        return codecs.decode(native(text), "rot13")
    if encoding.lower() in _ESCAPES:
        return binary(codecs.decode(to_bytes(text), "unicode_escape").encode("latin-1"))
    if isinstance(text, str) and not isinstance(text, ByteString) and not _is_escape_or_wide(name):
        return text
    return to_bytes(text).decode(encoding, errors)


def _is_escape_or_wide(name: str) -> bool:
    """Codecs whose encoded form is itself ASCII or NULs: there decoding is no mere reading of text."""
    return name.startswith(("utf_16", "utf_32", "utf16", "utf32")) or name in (
        "unicode_escape",
        "raw_unicode_escape",
        "utf_7",
        "punycode",
        "idna",
    )


def _encode(text: Any, encoding: str = "ascii", errors: str = "strict") -> Any:
    name = encoding.lower().replace("-", "_")
    if name in _BINARY_CODECS:
        return native(codecs.encode(to_bytes(text), name))
    if name in _TEXT_CODECS:
        return codecs.encode(native(text), "rot13")
    if encoding.lower() in _ESCAPES:
        return native(native(text).encode("unicode_escape"))
    if isinstance(text, (ByteString, bytes, bytearray)):
        # It is bytes already, as Python 2's str was; encoding it again decoded it as ASCII first, and failed.
        return native(text) if name in ("utf_8", "utf8") else binary(to_bytes(text))
    encoded = text.encode(encoding, errors)
    return native(encoded) if name in ("utf_8", "utf8") else binary(encoded)
