"""Finds the data source types that packs define (spec §1.3, §1.4)."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .problems import Problems
from .pythondatasource import PythonDataSource
from .relations import ToManyContRelationship, create_relations

# Folders of a pack that hold no data source types, and are much to read or fail when imported.
_SKIPPED = frozenset(
    {"lib", "libexec", "tests", "test", "migrate", "build", "resources", "skins", "browser", "__pycache__"}
)
_NO_PROPERTY = frozenset(
    {"sourcetype", "enabled", "component", "eventClass", "eventKey", "severity", "commandTemplate"}
)


class SourceTypes:
    """The data source types of the packs: which class stands behind a sourcetype."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._classes: dict[str, type] = {"Python": PythonDataSource}
        self._by_name: dict[str, type] = {}
        self._described: list[dict[str, Any]] = [
            _describe(PythonDataSource, "Python", "ZenPacks.zenoss.PythonCollector", [])
        ]

    def find_in(self, pack: str, folder: Path) -> None:
        """Take in the types of a pack. A module that cannot be imported is a problem and costs its types alone."""
        for module_name in type_modules(pack, folder):
            try:
                module = importlib.import_module(module_name)
                for cls in _types_of(module):
                    self._add(cls, pack)
            except Exception as error:
                self._problems.add("types", module_name, error)

    def class_for(self, sourcetype: str | None, dotted: str = "") -> type:
        """Return the class of a data source: by its dotted name, as objects.xml has it, else by its type.

        A type that no pack defines is collected by the plugin class alone: PythonDataSource stands behind it.
        """
        return self._by_name.get(dotted) or self._classes.get(sourcetype or "Python", PythonDataSource)

    def described(self) -> list[dict[str, Any]]:
        """Return all types as plain data."""
        return self._described

    def _add(self, cls: type, pack: str) -> None:
        self._by_name[f"{cls.__module__}.{cls.__name__}"] = cls
        for sourcetype in cls.sourcetypes or (cls.sourcetype,):
            # A pack's class that keeps its base's sourcetype must not stand behind "Python" for everybody.
            if sourcetype and sourcetype not in self._classes:
                self._classes[sourcetype] = cls
                self._described.append(_describe(cls, sourcetype, pack, self._datapoints(cls)))

    def _datapoints(self, cls: type) -> list[str]:
        """Return the ids of the datapoints that addDataPoints makes for a new data source."""
        source = cls("example")
        create_relations(source)
        source.__dict__["datapoints"] = ToManyContRelationship(source, "datapoints")
        try:
            source.addDataPoints()
        except Exception as error:  # a pack's method may need more of the platform than there is
            self._problems.add("addDataPoints", f"{cls.__module__}.{cls.__name__}", error)
        return source.datapoints.objectIds()


def type_modules(pack: str, folder: Path) -> list[str]:
    """Return the names of the modules of a pack that may define data source types.

    Those are the ones in ``datasources``, where the platform looks, and any other in which a class has a base whose
    name ends in DataSource: they are read, not imported.
    """
    found = []
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder)
        if _SKIPPED.intersection(inside.parts):
            continue
        if inside.parts[0] == "datasources" or _derives_from_a_source(path):
            parts = inside.with_suffix("").parts
            found.append(".".join((pack, *(parts[:-1] if parts[-1] == "__init__" else parts))))
    return found


def _derives_from_a_source(path: Path) -> bool:
    text = path.read_text(encoding="utf-8", errors="replace")
    if "DataSource" not in text:
        return False
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):  # Python 2, which ast does not read
        return any(line.startswith("class ") and "DataSource)" in line for line in text.splitlines())
    return any(
        _base_name(base).endswith("DataSource")
        for c in ast.walk(tree)
        if isinstance(c, ast.ClassDef)
        for base in c.bases
    )


def _base_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _types_of(module: Any) -> Iterator[type]:
    for value in list(vars(module).values()):
        if isinstance(value, type) and issubclass(value, PythonDataSource) and value.__module__ == module.__name__:
            yield value


def _describe(cls: type, sourcetype: str, pack: str, datapoints: list[str]) -> dict[str, Any]:
    return {
        "sourcetype": sourcetype,
        "class": f"{cls.__module__}.{cls.__name__}",
        "plugin_classname": cls.plugin_classname,
        "cycletime": str(cls.cycletime),
        "properties": {name: _plain(getattr(cls, name, None)) for name in _own_properties(cls._properties)},
        "datapoints": datapoints,
        "pack": pack,
    }


def _own_properties(properties: Iterable[dict[str, Any]]) -> list[str]:
    names = (p["id"] for p in properties)
    return list(dict.fromkeys(n for n in names if n not in _NO_PROPERTY and n not in ("cycletime", "plugin_classname")))


def _plain(value: Any) -> Any:
    """Return a default as plain data: some packs have an object there."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)
