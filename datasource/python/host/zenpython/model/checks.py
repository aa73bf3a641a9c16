"""Answers ``classes``: what ``plugins check`` tells about a pack's plugin classes and what else stands in its way."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .packages import Packages
from .problems import Problems, error_value
from .waiting import waiting_templates

HOOKS = ("collect", "onResult", "onSuccess", "onError", "onComplete", "cleanup", "config_key", "params")
_PLUGIN_BASE = "ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource.PythonDataSourcePlugin"
_CLASS_LINE = re.compile(r"^class\s+(\w+)\s*\(([^)]*)\)", re.MULTILINE)
_SKIPPED = frozenset(
    {"lib", "libexec", "tests", "test", "migrate", "build", "resources", "skins", "browser", "__pycache__"}
)


def check_pack(name: str, packages: Packages, problems: Problems) -> list[dict[str, Any]]:
    """Return rows about a pack, each a map with ``kind``.

    ``class``: ``name``, ``path``, ``line``, ``imports``, ``constructs``, ``hooks``, ``translated``, ``look_at``, and
    where something failed ``error`` and ``advice``. ``problem``: what the pack's other code, its classes of devices and
    components or its types, could not do. ``stand_in``: ``module`` and ``attributes`` that the pack asked of the
    platform and got an empty one of. ``waiting``: ``templates`` that wait for components, ``component_class``,
    ``modelers``, ``text``.
    """
    folder = packages.folder(name)
    packages.source_types()
    rows = [row for path in _candidates(folder) for row in _module_rows(name, folder, path)]
    rows += [{"kind": "problem", **problem} for problem in problems.about(name)]
    rows += _stand_ins(name)
    if name in packages.specs:
        rows += [{"kind": "waiting", **row} for row in waiting_templates(packages.specs[name], folder)]
    return rows


def _candidates(folder: Path) -> Iterator[Path]:
    """Yield the files of a pack that define plugin classes, by their text: importing others would run code in vain."""
    for path in sorted(folder.rglob("*.py")):
        if _SKIPPED.intersection(path.relative_to(folder).parts):
            continue
        if _named_classes(path.read_text(encoding="utf-8", errors="replace")):
            yield path


def _named_classes(text: str) -> dict[str, int]:
    """Return the classes in a source text that look like plugin classes, with their lines.

    The pattern does for Python 2 what ast does for Python 3, since all that is wanted is a name and a line.
    """
    try:
        found = {
            c.name: (c.lineno, [ast.unparse(b) for b in c.bases])
            for c in ast.parse(text).body
            if isinstance(c, ast.ClassDef)
        }
    except (SyntaxError, ValueError):
        found = {
            m[1]: (text.count("\n", 0, m.start()) + 1, [base.strip() for base in m[2].split(",")])
            for m in _CLASS_LINE.finditer(text)
        }
    plugins: dict[str, int] = {}
    for name, (line, bases) in found.items():
        if any(base.rpartition(".")[2].endswith("DataSourcePlugin") or base in plugins for base in bases):
            plugins[name] = line
    return plugins


def _module_rows(pack: str, folder: Path, path: Path) -> list[dict[str, Any]]:
    parts = path.relative_to(folder).with_suffix("").parts
    module_name = ".".join((pack, *(parts[:-1] if parts[-1] == "__init__" else parts)))
    source = path.read_bytes()
    names = _named_classes(source.decode("utf-8", errors="replace"))
    common = {"kind": "class", "path": str(path), **_translation(pack, path, source)}
    try:
        module = importlib.import_module(module_name)
        _run_init(module)
    except Exception as error:
        failed = {
            "imports": False,
            "constructs": False,
            "hooks": [],
            "error": error_value(error),
            "advice": _advice(error, pack),
        }
        return [{**common, "name": f"{module_name}.{name}", "line": line, **failed} for name, line in names.items()]
    rows = []
    for name, cls in _plugin_classes(module, names).items():
        rows.append({**common, "name": f"{module_name}.{name}", "line": names.get(name, 0), **_class_facts(cls, pack)})
    return rows


def _run_init(module: Any) -> None:
    from zenpython.compat import loader

    loader.run_init(module)


def _plugin_classes(module: Any, names: dict[str, int]) -> dict[str, type]:
    from zenpython import compat

    base = compat.load_class(_PLUGIN_BASE)
    own = {n: c for n, c in vars(module).items() if isinstance(c, type) and c.__module__ == module.__name__}
    return {n: c for n, c in own.items() if issubclass(c, base) or n in names}


def _class_facts(cls: type, pack: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"imports": True, "constructs": True, "hooks": _hooks(cls)}
    try:
        _construct(cls)
    except Exception as error:
        facts.update(constructs=False, error=error_value(error), advice=_advice(error, pack))
    return facts


def _construct(cls: type) -> Any:
    from zenpython.host import configs, plugins

    return plugins.construct(cls, configs.DeviceProxy(id="check", manageIp="", datasources=[], thresholds=[]))


def _hooks(cls: type) -> list[str]:
    """Return the hooks that the class, or a base other than the common one, defines."""
    from zenpython import compat

    base = compat.load_class(_PLUGIN_BASE)
    return [name for name in HOOKS if any(name in c.__dict__ for c in cls.__mro__ if c not in base.__mro__)]


def _translation(pack: str, path: Path, source: bytes) -> dict[str, Any]:
    """Return what was translated in a file, and what a person should look at, as lines of text."""
    from zenpython import py2

    try:
        translation = py2.translate(str(path), source, pack)
    except SyntaxError as error:
        return {"translated": [], "look_at": [f"line {error.lineno}: {error.msg}"]}
    return {
        "translated": [str(note) for note in translation.changes],
        "look_at": [str(note) for note in translation.problems],
    }


def _advice(error: BaseException, pack: str) -> str:
    """Return what to do about an error, as far as the error tells."""
    if isinstance(error, SyntaxError):
        return "the file is neither Python 3 nor Python 2 that can be translated: correct it there"
    if isinstance(error, ImportError) and error.name:
        top = error.name.partition(".")[0]
        if error.name.startswith("ZenPacks."):
            other = ".".join(error.name.split(".")[:3])
            return (
                f"{pack} itself lacks the module"
                if other == pack
                else f"add the pack {other} to the inventory's zenpacks"
            )
        if top not in ("Products", "zope", "zenoss"):
            return f"install the Python library that has the module {top!r} where zenpython's Python finds it"
        return f"zenpython lacks the platform's {error.name}: change the plugin, or ask for the module"
    return "the error is the plugin's own: the traceback says where"


def _stand_ins(pack: str) -> list[dict[str, Any]]:
    from zenpython import compat

    modules: dict[str, list[str]] = {}
    for touch in compat.touched():
        if touch.pack == pack:
            attributes = modules.setdefault(touch.module, [])
            if touch.attribute:
                attributes.append(touch.attribute)
    return [{"kind": "stand_in", "module": module, "attributes": names} for module, names in sorted(modules.items())]
