"""What packs touched of the stand-ins, and who it is that imports.

`zenpython plugins check` shows this: a stand-in lets code import, it does not do the work, so every touch of one is
kept with the module, the name and the pack that wanted it.
"""

from __future__ import annotations

import sys
import types
from typing import NamedTuple

_MACHINERY = ("importlib", "zenpython.compat", "zenpython.py2")


class Touch(NamedTuple):
    """One name of a stand-in module that a pack asked for; `attribute` is "" for the module itself."""

    module: str
    attribute: str
    pack: str


# A dict keeps the order of first touches, which is the order a reader of the report wants.
_touches: dict[Touch, None] = {}


def touch(module: str, attribute: str = "") -> None:
    """Record that the code now importing asked `module` for `attribute`."""
    _touches[Touch(module, attribute, pack_of_module(importer()))] = None


def touched() -> list[Touch]:
    """All touches of stand-ins so far, in order of their first occurrence."""
    return list(_touches)


def importer() -> str:
    """The name of the module whose code runs now, import machinery and our own left out; "" when there is none."""
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        name = frame.f_globals.get("__name__") or ""
        if not name.startswith(_MACHINERY) and not frame.f_code.co_filename.startswith("<frozen"):
            return name
        frame = frame.f_back
    return ""


def pack_of_module(name: str) -> str:
    """The pack that the module `name` belongs to; the module's own name where it is in none."""
    from zenpython.compat import packs

    module = sys.modules.get(name)
    found = packs.current().owner(getattr(module, "__file__", None), name)
    return found.name if found else name
