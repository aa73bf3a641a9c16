"""What went wrong with a pack's code while the builder used it, kept for the daemon and for ``plugins check``."""

from __future__ import annotations

import threading
import traceback
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that did not work: the kind of thing, its name, and the error."""

    what: str
    name: str
    type: str
    text: str
    traceback: str


class Problems:
    """The problems so far, each kind and name once: the first says most."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Problem] = {}
        self._lock = threading.Lock()

    def add(self, what: str, name: str, error: BaseException) -> None:
        """Record an error."""
        kind, text, trace = error_value(error)
        with self._lock:
            self._found.setdefault((what, name), Problem(what, name, kind, text, trace))

    def about(self, prefix: str) -> list[dict[str, Any]]:
        """Return the problems with names below a dotted prefix, as plain data."""
        with self._lock:
            found = list(self._found.values())
        return [asdict(p) for p in found if p.name == prefix or p.name.startswith(prefix + ".")]

    def all(self) -> list[dict[str, Any]]:
        """Return all problems as plain data."""
        with self._lock:
            return [asdict(p) for p in self._found.values()]


def error_value(error: BaseException) -> list[str]:
    """Return an error as the protocol has it: type, text, traceback."""
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return [type(error).__name__, str(error), trace]
