"""The platform's Python modules as plugins know them, ours under their names (spec §7).

`install` makes ZenPack code importable; `load_class` gets a plugin class; `touched` tells which stand-ins were asked.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from zenpython.compat import additions, finder, loader, packs, preferences, record

__all__ = ["install", "load_class", "touched"]

touched = record.touched


def install(welcome: Mapping[str, Any], send_event: Callable[[dict[str, Any]], Any] | None = None) -> None:
    """Make the packs of `welcome` and the platform's modules importable.

    `welcome` is the map of the protocol's welcome frame: `packs`, `sys_path`, `options` and `http` are used here.
    `send_event` takes one event (dict) sent through IEventService; without it such events are logged and dropped.
    May be called again, for other packs.
    """
    sys.path.extend(entry for entry in welcome.get("sys_path") or () if entry not in sys.path)
    if "packs" in welcome:
        packs.use(welcome["packs"] or ())
    if welcome.get("cache"):
        _cache_translations(welcome["cache"])
    finder.install()
    additions.install()
    preferences.register(welcome, send_event)


def _cache_translations(folder: str) -> None:
    from zenpython import py2

    py2.use_cache(folder)


def load_class(dotted: str) -> Any:
    """The class named `package.module.Class`, as upstream's plugin_classname says it (spec §2.3).

    Raises ImportError naming module, name and pack when something it imports is not there.
    """
    module_name, _, name = dotted.rpartition(".")
    if not module_name:
        raise ImportError(f"plugin class {dotted!r}: want package.module.Class")
    try:
        module = importlib.import_module(module_name)
        loader.run_init(module)
    except ImportError as error:
        raise _explained(error) from error
    try:
        return vars(module)[name] if name in vars(module) else getattr(module, name)
    except AttributeError:
        raise ImportError(f"module {module_name!r} has no class {name!r}", name=module_name) from None


def _explained(error: ImportError) -> ImportError:
    """The same error, with the pack and the line whose import failed."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        pack = packs.current().at(frame.filename)
        if pack is not None:
            text = f"{error.msg} (wanted by {pack.name}, {frame.filename}:{frame.lineno})"
            return type(error)(text, name=error.name, path=error.path)
    return error
