"""Native strings at the edges: what Python 2 calls str is text here and octets on the wire."""

from __future__ import annotations

from typing import Any


def native(value: bytes | str | None) -> Any:
    """Octets as text: UTF-8 where valid, else one character an octet. Text and None stay."""
    if not isinstance(value, (bytes, bytearray)):
        return value
    try:
        return bytes(value).decode("utf-8")
    except UnicodeDecodeError:
        return bytes(value).decode("latin-1")


def octets(value: Any) -> bytes:
    """What goes on the wire for text (UTF-8), octets (as they are) or any other value (its text)."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    return str(value).encode("utf-8")
