"""Templates of components, which collect nothing until a modeler has found such components."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .zenpackyaml import ClassSpec, PackSpec

_DEVICE_BASES = frozenset({"Device", "zenpacklib.Device", "Products.ZenModel.Device.Device"})


def waiting_templates(spec: PackSpec, folder: Path) -> list[dict[str, Any]]:
    """Return a map for each component class that the pack has templates for: these, and modelers that find it."""
    templates = _templates(spec)
    modelers = _modelers(spec, folder)
    rows = []
    for cls in spec.classes.values():
        bound = sorted(set(cls.monitoring_templates or [cls.label.replace(" ", "")]) & set(templates))
        if not bound or _is_device(spec, cls):
            continue
        found = sorted(name for name, text in modelers.items() if _mentions(text, spec.name, cls.name))
        rows.append(
            {"component_class": cls.name, "templates": bound, "modelers": found, "text": _text(bound, cls, found)}
        )
    return rows


def _text(templates: list[str], cls: ClassSpec, modelers: list[str]) -> str:
    count = f"{len(templates)} template{'' if len(templates) == 1 else 's'} wait{'s' if len(templates) == 1 else ''}"
    finder = (
        f"modeler {' or '.join(modelers)} would find"
        if modelers
        else f"no modeler of the pack names (class {cls.name})"
    )
    return f"{count} for components that {finder}: list them or import them"


def _templates(spec: PackSpec) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for organizer in (spec.data.get("device_classes") or {}).values():
        found.update(
            {
                name: entry or {}
                for name, entry in ((organizer or {}).get("templates") or {}).items()
                if name != "DEFAULTS"
            }
        )
    return found


def _modelers(spec: PackSpec, folder: Path) -> dict[str, str]:
    """Return the source of the pack's modeler plugins by the name under which zCollectorPlugins has them."""
    root = folder / "modeler" / "plugins"
    found = {}
    for path in sorted(root.rglob("*.py")) if root.is_dir() else ():
        if path.name != "__init__.py":
            name = ".".join(path.relative_to(root).with_suffix("").parts)
            found[name] = path.read_text(encoding="utf-8", errors="replace")
    return found


def _mentions(text: str, pack: str, class_name: str) -> bool:
    """Report whether a modeler's source names a class: by its dotted name, or as the end of a text."""
    return re.search(rf"{re.escape(pack)}\.{class_name}\b|['\"][\w.]*\.?{class_name}['\"]", text) is not None


def _is_device(spec: PackSpec, cls: ClassSpec, left: int = 16) -> bool:
    names = [base if isinstance(base, str) else base.__name__ for base in cls.bases]
    if left == 0 or not names:
        return False
    return any(n in _DEVICE_BASES or (n in spec.classes and _is_device(spec, spec.classes[n], left - 1)) for n in names)
