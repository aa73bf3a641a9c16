"""Classes made from a pack's description, as zenpacklib makes them.

For a class ``Disk`` of the pack ``ZenPacks.a.B`` the module ``ZenPacks.a.B.schema`` holds a class ``Disk`` with its
properties, relations and templates. The class of the objects is ``ZenPacks.a.B.Disk.Disk``: what the pack's own file
``Disk.py`` derives from it or, without such a file, a class derived here. Classes derive from those of their bases, so
that methods in a pack's own files are inherited; therefore all are made when they are first asked for.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import threading
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .bases import PLATFORM_CLASSES
from .components import DeviceComponent
from .relations import RelSchema, ToMany, ToManyCont, ToOne, create_relations, relate
from .yuml import End
from .zenpackyaml import ClassSpec, PackSpec

_KINDS: dict[str, type[RelSchema]] = {"1": ToOne, "M": ToMany, "MC": ToManyCont}
_EMPTY_BY_TYPE: dict[str, Any] = {
    "string": "", "text": "", "password": "", "lines": (), "int": 0, "long": 0, "float": 0.0, "boolean": False,
}  # fmt: skip
_making = threading.RLock()


class SchemaModule(types.ModuleType):
    """The module ``schema`` of a pack."""

    def __init__(self, spec: PackSpec, folder: Path) -> None:
        super().__init__(spec.name + ".schema")
        self.__dict__.update(_zp_spec=spec, _zp_folder=folder)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        with _making:
            if name not in self.__dict__:
                with _no_attribute_errors(f"{self.__name__}.{name}"):
                    self.__dict__[name] = self._make(name)
            return self.__dict__[name]

    def _make(self, name: str) -> Any:
        spec = self._zp_spec.classes.get(name)
        if spec is not None:
            return make_class(self, spec)
        if name == "ZenPack":
            return type("ZenPack", (), {"__module__": self.__name__, "packName": self._zp_spec.name})
        from zenpython.compat import standins

        # What zenpacklib makes for the web pages: DiskInfo, IDiskInfo, DiskFormBuilder.
        return standins.stand_in_for(self.__name__, name)


class GeneratedModule(types.ModuleType):
    """The module of a class for which the pack has no file of its own."""

    def __init__(self, schema: SchemaModule, class_name: str) -> None:
        super().__init__(f"{schema._zp_spec.name}.{class_name}")
        self.__dict__.update(_zp_schema=schema, _zp_class=class_name)

    def __getattr__(self, name: str) -> Any:
        if name != self._zp_class:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        base = getattr(self._zp_schema, name)
        with _making:
            if name not in self.__dict__:
                self.__dict__[name] = type(name, (base,), {"__module__": self.__name__, "__doc__": base.__doc__})
            return self.__dict__[name]


@contextlib.contextmanager
def _no_attribute_errors(name: str) -> Iterator[None]:
    """Turn an AttributeError of a pack's code into another error: from a module it would say that a name is unknown."""
    try:
        yield
    except AttributeError as error:
        raise ImportError(f"{name}: {error}", name=name) from error


def install(spec: PackSpec, folder: Path) -> SchemaModule:
    """Make ``schema`` and the modules of classes without a file importable below the pack's package."""
    schema = SchemaModule(spec, folder)
    _put(schema)
    for name in spec.classes:
        if not (folder / f"{name}.py").is_file() and not (folder / name).is_dir():
            _put(GeneratedModule(schema, name))
    return schema


def _put(module: types.ModuleType) -> None:
    sys.modules[module.__name__] = module
    parent, _, last = module.__name__.rpartition(".")
    setattr(importlib.import_module(parent), last, module)


def make_class(schema: SchemaModule, spec: ClassSpec) -> type:
    """Return the class ``schema.NAME``."""
    bases = tuple(_base(schema, name, spec.name) for name in spec.bases) or (DeviceComponent,)
    ends = _ends(schema._zp_spec, spec.name)
    attributes: dict[str, Any] = {
        "__module__": schema.__name__,
        "__doc__": f"{spec.label}, as {schema._zp_spec.name} describes it.",
        "meta_type": spec.meta_type,
        "portal_type": spec.meta_type,
        "class_label": spec.label,
        "zenpack_name": schema._zp_spec.name,
        **_defaults(spec),
        **_relation_methods(ends),
    }
    own = _relations(schema._zp_spec, ends)
    attributes["_relations"] = own + tuple(
        r for base in bases for r in getattr(base, "_relations", ()) if r[0] not in dict(own)
    )
    attributes["_properties"] = _declared(spec) + tuple(p for base in bases for p in getattr(base, "_properties", ()))
    names_itself = spec.monitoring_templates is not None or "label" in spec.extra or "meta_type" in spec.extra
    if names_itself or all(getattr(base, "_templates", None) is None for base in bases):
        attributes["_templates"] = spec.monitoring_templates or [spec.label.replace(" ", "")]
    return type(spec.name, _without_repeated(bases), attributes)


def _without_repeated(bases: tuple[type, ...]) -> tuple[type, ...]:
    """Return the bases without those that another is derived from: Python refuses an order that zenpacklib allows."""
    once = tuple(dict.fromkeys(bases))
    return tuple(base for base in once if not any(base is not other and issubclass(other, base) for other in once))


def _base(schema: SchemaModule, name: str | type, for_class: str) -> type:
    """Return the class of a base: of this pack, of the platform, of zenpacklib or, dotted, of anybody.

    A base that has the name of the class itself, as in a pack's own FileSystem, is the platform's.
    """
    if isinstance(name, type):
        return name
    own = schema._zp_spec.classes
    if name.startswith("zenpacklib."):
        own, name = {}, name.removeprefix("zenpacklib.")
    if name in own and name != for_class:
        module = importlib.import_module(f"{schema._zp_spec.name}.{name}")
        return getattr(module, name)
    if name in PLATFORM_CLASSES:
        return PLATFORM_CLASSES[name]
    if name == "Component":
        return DeviceComponent
    if "." not in name:
        raise ImportError(f"class {name!r}: neither {schema._zp_spec.name} nor the platform has a class of that name")
    from .classes import import_class

    return import_class(name)


def _defaults(spec: ClassSpec) -> dict[str, Any]:
    found = {}
    for name, entry in spec.properties.items():
        if entry.get("api_only") or entry.get("type") == "entity":
            continue
        default = entry.get("default", entry.get("datapoint_default"))
        if default is None and "default" not in entry:
            default = _EMPTY_BY_TYPE.get(entry.get("type", "string"))
        found[name] = default
    return found


def _declared(spec: ClassSpec) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"id": name, "label": entry.get("label", name), "type": entry.get("type", "string"), "mode": "w"}
        for name, entry in spec.properties.items()
    )


def _ends(spec: PackSpec, class_name: str) -> list[tuple[End, End]]:
    """Return the ends of the relations that a class takes part in, each with the other end."""
    found = []
    for relation in spec.relations:
        if relation.left.class_name.rpartition(".")[2] == class_name:
            found.append((relation.left, relation.right))
        if relation.right.class_name.rpartition(".")[2] == class_name:
            found.append((relation.right, relation.left))
    return found


def _relations(spec: PackSpec, ends: list[tuple[End, End]]) -> tuple[tuple[str, RelSchema], ...]:
    return tuple(
        (end.relation, _KINDS[end.holds](_KINDS[other.holds], _dotted(spec, other.class_name), other.relation))
        for end, other in ends
    )


def _dotted(spec: PackSpec, name: str) -> str:
    return f"{spec.name}.{name}" if name in spec.classes else name


def _relation_methods(ends: list[tuple[End, End]]) -> dict[str, Any]:
    """Return get_NAME and set_NAME for relations that contain nothing; modelers set them by ids."""
    methods: dict[str, Any] = {}
    for end, other in ends:
        if "MC" in (end.holds, other.holds):
            continue
        methods[f"get_{end.relation}"] = _getter(end)
        methods[f"set_{end.relation}"] = _setter(end)
    return methods


def _getter(end: End) -> Any:
    def get(self: Any) -> Any:
        """Return the id, or the ids, of what the relation holds."""
        found = sorted(self.__dict__[end.relation].objectIds())
        return found if end.holds == "M" else (found[0] if found else None)

    return get


def _setter(end: End) -> Any:
    def set_(self: Any, ids: Any) -> None:
        """Make the relation hold the components of these ids, in place of what it held."""
        wanted = {ids} if isinstance(ids, str) else set(ids or ())
        self.__dict__.pop(end.relation, None)
        create_relations(self)
        relate(self, end.relation, [c for c in self.device().getDeviceComponents() if c.id in wanted])

    return set_
