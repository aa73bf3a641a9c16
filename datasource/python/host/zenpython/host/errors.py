"""Errors of the hook chain, and the form in which errors travel to the daemon."""

from __future__ import annotations

from twisted.python.failure import Failure

#: Longest traceback that is sent, in characters; of a longer one the beginning and the end.
MAX_TRACEBACK = 32_768
#: Longest error text that is sent, in characters.
MAX_TEXT = 8_192


class RunningTimeoutError(Exception):
    """What onResult and onError see when collect overran its running timeout (spec §4.11)."""

    def __init__(self, text: str = "running timeout") -> None:
        super().__init__(text)


class HookTimeoutError(Exception):
    """Ends a run whose hooks after collect wait for a Deferred longer than the daemon's --hooktimeout."""

    def __init__(self, text: str = "hook timeout") -> None:
        super().__init__(text)


class RemoteError(Exception):
    """A remote call that failed on the other side: the error's type, text and traceback as they were there."""

    def __init__(self, kind: str, text: str, traceback: str = "") -> None:
        super().__init__(text)
        self.kind = kind
        self.traceback = traceback

    def __str__(self) -> str:
        return f"{self.kind}: {self.args[0]}"


class ConnectionLost(Exception):
    """The daemon is gone: nothing can be sent or asked any more."""


def describe(failure: Failure) -> list[str]:
    """Return [type, text, traceback] of a Failure: the protocol's form of an error.

    The type is the class's dotted name, without the module for Python's own errors and for those of this module, which
    the daemon knows by name.
    """
    kind = failure.type
    if kind is None:
        name = "Exception"
    elif kind.__module__ in ("builtins", __name__):
        name = kind.__qualname__
    else:
        name = f"{kind.__module__}.{kind.__qualname__}"
    return [name, _cut(failure.getErrorMessage(), MAX_TEXT), _cut(failure.getTraceback(), MAX_TRACEBACK)]


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - limit} characters left out …\n{text[-half:]}"
