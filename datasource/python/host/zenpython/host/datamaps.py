"""ObjectMaps and RelationshipMaps (spec §6.1) as maps of the protocol.

They are known by what they have, not by their class: a plain dict will do for an ObjectMap, and packs bring maps of
their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenpython.host.values import Unencodable, native

_NAMES = ("relname", "compname", "modname", "classname", "parentId", "plugin_name")
#: Fields of an ObjectMap that say what to do with the object.
_FLAGS = {"_add": "add", "_remove": "remove", "remove": "remove", "_directive": "directive"}


def map_fields(item: Any) -> dict[str, Any]:
    """Return the protocol's map of a DataMap or of a dict in the place of one; Unencodable for anything else."""
    if isinstance(item, Mapping):
        return _of_dict(item)
    if hasattr(item, "maps"):
        return _relationship_map(item)
    if hasattr(item, "items"):
        return _object_map(item)
    raise Unencodable(f"a map that is a {type(item).__name__}: an ObjectMap or RelationshipMap is wanted")


def _object_map(item: Any) -> dict[str, Any]:
    fields = _of_dict(dict(item.items()))
    for name in ("compname", "modname", "classname", "plugin_name"):
        value = getattr(item, name, None)
        if value:
            fields[name] = native(value)
    for name, flag in _FLAGS.items():
        value = getattr(item, name, None)
        if value is not None and name.startswith("_"):
            fields[flag] = value if flag == "directive" else bool(value)
    return fields


def _of_dict(item: Mapping[Any, Any]) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    fields: dict[str, Any] = {"type": "ObjectMap", "attributes": attributes}
    for name, value in item.items():
        name = native(name)
        if name in _NAMES:
            if value is not None:
                fields[name] = native(value)
        elif name in _FLAGS:
            if value is not None:
                fields[_FLAGS[name]] = value if name == "_directive" else bool(value)
        elif not name.startswith("_"):
            attributes[name] = _attribute(value)
    return fields


def _relationship_map(item: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"type": "RelationshipMap", "maps": [map_fields(member) for member in item.maps]}
    for name in _NAMES:
        value = getattr(item, name, None)
        if value:
            fields[name] = native(value)
    return fields


def _attribute(value: Any) -> Any:
    arguments = getattr(value, "args", None)
    if isinstance(arguments, (list, tuple)) and not isinstance(value, BaseException):
        return tuple(arguments)  # MultiArgs: several arguments of a setter
    return native(value) if isinstance(value, (str, bytes)) else value
