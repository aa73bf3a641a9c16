"""Translations kept on disk: one file each, named by what it was made of."""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

_DIGEST_BYTES = 32


def _translator_version() -> bytes:
    """A digest of this package's own source: another translator's results are not ours."""
    digest = hashlib.sha256(sys.version.encode())
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.digest()


_VERSION = _translator_version()


def key(*parts: bytes) -> str:
    """The name of what was made of `parts`, by this translator on this Python."""
    digest = hashlib.sha256(_VERSION)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


class Cache:
    """A folder of marshalled values. What cannot be read is as good as absent, what cannot be written is left."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def get(self, name: str) -> Any:
        """The value kept under a name, or None. A damaged file is seen by its digest and never unmarshalled."""
        try:
            with open(self._path(name), "rb") as file:
                data = file.read()
        except OSError:
            return None
        digest, payload = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
        return marshal.loads(payload) if hashlib.sha256(payload).digest() == digest else None

    def put(self, name: str, value: Any) -> None:
        """Keep a value; readers see it whole or not at all."""
        payload = marshal.dumps(value)
        with contextlib.suppress(OSError):
            os.makedirs(self.folder, mode=0o700, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".")
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(payload).digest() + payload)
            os.replace(temporary, self._path(name))

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name + ".py2")
