"""What a pack's ``zenpack.yaml`` says about classes. Everything else in it is the inventory's business."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .yuml import ClassRelation, parse_relations

_DEFAULTS = "DEFAULTS"


@dataclass
class ClassSpec:
    """A class as zenpacklib describes it."""

    name: str
    bases: list[str | type]  # classes themselves in descriptions written in Python
    meta_type: str
    label: str
    properties: dict[str, dict[str, Any]] = field(default_factory=dict)
    monitoring_templates: list[str] | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class PackSpec:
    """The classes and relations of a pack, and all else it says as plain data."""

    name: str
    classes: dict[str, ClassSpec] = field(default_factory=dict)
    relations: list[ClassRelation] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def load_pack_spec(name: str, folder: Path) -> PackSpec | None:
    """Return what the YAML files in a pack's folder say, None if there are none.

    A file that cannot be read is a problem of the result, not an error: the other files still count.
    """
    files = sorted(
        [*folder.glob("*.yaml"), *folder.glob("*.yml")], key=lambda path: (path.name != "zenpack.yaml", path.name)
    )
    if not files:
        return None
    data: dict[str, Any] = {}
    problems = []
    for path in files:
        try:
            _merge(data, _read(path))
        except Exception as error:
            problems.append(f"{path}: {error}")
    spec = pack_spec(name, data)
    spec.problems[:0] = problems
    return spec


def pack_spec(name: str, data: dict[str, Any]) -> PackSpec:
    """Return the classes and relations in the data of a pack's description."""
    spec = PackSpec(name, data=data)
    classes = data.get("classes") or {}
    for class_name, entry in _with_defaults(classes).items():
        spec.classes[class_name] = _class_spec(class_name, entry or {})
    try:
        spec.relations = parse_relations(data.get("class_relationships"))
    except (ValueError, KeyError) as error:
        spec.problems.append(str(error))
    return spec


def _class_spec(name: str, entry: dict[str, Any]) -> ClassSpec:
    bases = entry.get("base") or entry.get("bases") or []
    meta_type = entry.get("meta_type") or name
    templates = entry.get("monitoring_templates")
    return ClassSpec(
        name=name,
        bases=list(bases) if isinstance(bases, (list, tuple)) else [bases],
        meta_type=meta_type,
        label=entry.get("label") or meta_type,
        properties={key: _property(value) for key, value in _with_defaults(entry.get("properties") or {}).items()},
        monitoring_templates=[templates] if isinstance(templates, str) else templates,
        extra=entry,
    )


def _property(value: Any) -> dict[str, Any]:
    """Return a property's description: one that is no map is its default."""
    return value if isinstance(value, dict) else {} if value is None else {"default": value}


def _with_defaults(entries: dict[str, Any]) -> dict[str, Any]:
    """Return the entries with those of DEFAULTS laid under each."""
    defaults = entries.get(_DEFAULTS) or {}
    return {
        name: {**defaults, **entry} if isinstance(entry, dict) else (dict(defaults) if entry is None else entry)
        for name, entry in entries.items()
        if name != _DEFAULTS
    }


def _merge(into: dict[str, Any], other: dict[str, Any]) -> None:
    """Add one file's sections to those before it, which win: a pack may spread its description over files."""
    for key, value in other.items():
        known = into.setdefault(key, value)
        if known is not value and isinstance(value, dict) and isinstance(known, dict):
            into[key] = {**value, **known}
        elif known is not value and isinstance(value, list) and isinstance(known, list):
            into[key] = known + [item for item in value if item not in known]


def _read(path: Path) -> dict[str, Any]:
    import yaml  # late: only packs that have such a file need the library

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        """Reads plain data: zenpacklib's tags, such as !ZenPackSpec, and Python's say nothing that the data do not."""

    def plain(loader: Any, suffix: str, node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    for tags in ("!", "tag:yaml.org,2002:"):
        Loader.add_multi_constructor(tags, plain)
    data = yaml.load(path.read_bytes(), Loader)
    if data is not None and not isinstance(data, dict):
        raise ValueError("want a mapping at the top")
    return data or {}
