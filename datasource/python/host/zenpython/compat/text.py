"""Native strings at the edges: what Python 2 calls str is text here and octets on the wire."""

from __future__ import annotations

from typing import Any

from zenpython.py2.strings import native, to_bytes

__all__ = ["native", "octets"]


def octets(value: Any) -> bytes:
    """What goes on the wire for octets (as they are), a native string, or any other value (its text)."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    return to_bytes(value if isinstance(value, str) else str(value))
