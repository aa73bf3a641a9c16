"""ObjectMap, RelationshipMap and MultiArgs: the model changes a plugin returns (spec §6.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_NOT_ATTRIBUTES = frozenset({"compname", "modname", "classname", "plugin_name"})

_DIRECTIVES = frozenset(
    {None, "remove", "delete_locked", "add", "update", "update_locked", "rebuild", "nochange"}
)  # fmt: skip


class PbSafe:
    """The base by which the platform knows what may cross its wire; kept for isinstance checks."""


class ObjectMap(PbSafe):
    """Attributes wanted on one object. Every attribute set that does not begin with `_` is recorded."""

    compname = ""
    modname = ""
    classname = ""
    plugin_name = ""

    def __init__(
        self,
        data: Mapping[str, Any] | Iterable[tuple[str, Any]] = (),
        compname: str = "",
        modname: str = "",
        classname: str = "",
        plugin_name: str = "",
    ) -> None:
        self.__dict__["_attrs"] = {}
        self.updateFromDict(data)
        for name, value in (
            ("compname", compname), ("modname", modname), ("classname", classname), ("plugin_name", plugin_name)
        ):  # fmt: skip
            if value:
                setattr(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_directive" and value not in _DIRECTIVES:
            known = ", ".join(sorted(filter(None, _DIRECTIVES)))
            raise RuntimeError(f"ObjectMap: {value!r} is no directive; there are {known}")
        self.__dict__[name] = value
        if not name.startswith("_"):
            self._attrs[name] = None

    def __delattr__(self, name: str) -> None:
        self.__dict__.pop(name, None)
        self._attrs.pop(name, None)

    def updateFromDict(self, data: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> None:
        """Set attributes from a dictionary (or pairs)."""
        for name, value in dict(data or {}).items():
            setattr(self, name, value)

    def items(self) -> list[tuple[str, Any]]:
        """Recorded names and values, the four that say what the object is left out."""
        return [(name, getattr(self, name)) for name in self._attrs if name not in _NOT_ATTRIBUTES]

    def iteritems(self) -> Iterator[tuple[str, Any]]:
        """As `items`."""
        return iter(self.items())

    def get(self, name: str, default: Any = None) -> Any:
        """The attribute, or `default`."""
        return getattr(self, name, default)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ObjectMap) and self._all() == other._all()

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<ObjectMap {dict(self._all())}>"

    def _all(self) -> dict[str, Any]:
        whole = {name: getattr(self, name) for name in self._attrs}
        return whole | {name: getattr(self, name) for name in _NOT_ATTRIBUTES if getattr(self, name)}


class RelationshipMap(PbSafe):
    """All objects wanted in one relation. Iterable; `maps` holds the object maps."""

    relname = ""
    compname = ""
    parentId = ""
    plugin_name = ""

    def __init__(
        self,
        relname: str = "",
        compname: str = "",
        modname: str = "",
        objmaps: Iterable[Any] = (),
        parentId: str = "",
        plugin_name: str = "",
    ) -> None:
        self.maps: list[Any] = []
        self.parentId = parentId
        if relname:
            self.relname = relname
        if compname:
            self.compname = compname
        if plugin_name:
            self.plugin_name = plugin_name
        # New object maps, by items(): a map's own modname, classname, compname and flags do not survive (spec §6.1).
        self.maps.extend(
            ObjectMap(dict(each.items()), modname=modname, plugin_name=plugin_name) for each in objmaps
        )

    def append(self, objmap: Any) -> None:
        """Add a map as it is."""
        self.maps.append(objmap)

    def extend(self, objmaps: Iterable[Any]) -> None:
        """Add maps as they are."""
        self.maps.extend(objmaps)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.maps)

    def __len__(self) -> int:
        return len(self.maps)

    def __bool__(self) -> bool:
        # An empty map says that the relation holds nothing: it must not be taken for no map.
        return True

    def __repr__(self) -> str:
        where = f"{self.parentId}/{self.compname}/{self.relname}".strip("/")
        return f"<RelationshipMap {where} {self.maps!r}>"


class MultiArgs(PbSafe):
    """Several arguments for a setter that an attribute names."""

    def __init__(self, *args: Any) -> None:
        self.args = args

    def __repr__(self) -> str:
        return f"MultiArgs{self.args!r}"
