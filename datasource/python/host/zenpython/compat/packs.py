"""Where ZenPacks lie on disk and what belongs to them.

A pack comes as its repository (`ZenPacks/<org>/<name>/` somewhere below) or as the package folder itself. Both are
found here, so that the import machinery only asks for a dotted name or a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Build products and copies of a pack inside its own repository would be found as packs of the same name.
_SKIPPED = frozenset({"build", "dist", "docs", "doc", "__pycache__"})


@dataclass(frozen=True)
class Pack:
    """One ZenPack: its dotted name (`ZenPacks.<org>.<name>`) and the folder of that package."""

    name: str
    folder: Path

    @property
    def repository(self) -> Path | None:
        """The folder that holds the namespace folder `ZenPacks`, where the pack comes as its repository."""
        above = self.folder.parents[min(self.name.count("."), len(self.folder.parents) - 1)]
        return above if (above / Path(*self.name.split("."))) == self.folder else None

    @property
    def libs(self) -> list[Path]:
        """Folders of bundled libraries: `lib`, and in a repository the sources in `src` that a build copies there."""
        found = [self.folder / "lib"]
        if self.repository is not None:
            found += sorted((self.repository / "src").glob("*"))
        return [folder for folder in found if folder.is_dir()]


class Packs:
    """The packs of this process, found by dotted name or by file."""

    def __init__(self, packs: Iterable[Pack] = ()) -> None:
        self.by_name = {pack.name: pack for pack in packs}
        self._namespaces = {
            name.rsplit(".", depth)[0] for name in self.by_name for depth in range(1, name.count(".") + 1)
        }
        self._by_folder = sorted(
            (
                (os.path.join(os.path.realpath(folder), ""), pack)
                for pack in self.by_name.values()
                for folder in (pack.folder, *pack.libs)
            ),
            key=lambda entry: -len(entry[0]),
        )
        self._owners: dict[str, Pack | None] = {}

    def is_namespace(self, fullname: str) -> bool:
        """Whether `fullname` is a package above packs (`ZenPacks`, `ZenPacks.<org>`) and none itself."""
        return fullname in self._namespaces and fullname not in self.by_name

    def at(self, path: str | None) -> Pack | None:
        """The pack that the file or folder `path` lies below, or None."""
        if not path:
            return None
        if path not in self._owners:
            real = os.path.join(os.path.realpath(path), "")
            self._owners[path] = next((pack for folder, pack in self._by_folder if real.startswith(folder)), None)
        return self._owners[path]

    def owner(self, path: str | None, name: str) -> Pack | None:
        """The pack of a module: by its file, else by its dotted name."""
        return self.at(path) or next(
            (pack for own, pack in self.by_name.items() if name == own or name.startswith(own + ".")), None
        )


def locate(entry: Mapping[str, Any]) -> list[Pack]:
    """The packs that one entry (`name`, `path`) of the welcome's `packs` stands for; a repository can hold several."""
    path, name = Path(entry["path"]), entry.get("name") or ""
    roots = [found for found in _namespace_roots(path)]
    found = [pack for root in roots for pack in _below(root, ("ZenPacks",))]
    if found:
        return [pack for pack in found if pack.name == name] or found
    return [Pack(name if name.startswith("ZenPacks.") else _name_from(path), path)]


def _namespace_roots(path: Path) -> list[Path]:
    """Folders named ZenPacks in a repository: at its top, or one level down as in test repositories."""
    direct = path / "ZenPacks"
    if direct.is_dir():
        return [direct]
    if path.name == "ZenPacks" and path.is_dir():
        return [path]
    if (path / "__init__.py").exists():
        return []
    return sorted(found for found in path.glob("*/ZenPacks") if found.parent.name not in _SKIPPED)


def _below(folder: Path, parts: tuple[str, ...]) -> Iterable[Pack]:
    """Packs below a namespace folder: the first folder on the way down that is more than a namespace."""
    for child in sorted(folder.iterdir()):
        if not child.is_dir() or child.name in _SKIPPED or not child.name.isidentifier():
            continue
        names = (*parts, child.name)
        if len(names) > 2 and not _is_namespace(child):
            yield Pack(".".join(names), child)
        else:
            yield from _below(child, names)


def _is_namespace(folder: Path) -> bool:
    """Whether `folder` only leads to deeper packages: folders and, at most, an `__init__.py` that declares it."""
    entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".") and entry.suffix != ".pyc"]
    if any(entry.is_file() and entry.name != "__init__.py" for entry in entries):
        return False
    init = folder / "__init__.py"
    if init.exists() and "declare_namespace" not in init.read_text(errors="replace"):
        return False
    return any(entry.is_dir() for entry in entries)


def _name_from(path: Path) -> str:
    """The dotted name that a package folder's own path tells."""
    if path.name.startswith("ZenPacks."):
        return path.name
    parts = path.resolve().parts
    if "ZenPacks" in parts:
        return ".".join(parts[len(parts) - 1 - parts[::-1].index("ZenPacks") :])
    return f"ZenPacks.local.{path.name}"


_current = [Packs()]


def current() -> Packs:
    """The packs of this process."""
    return _current[0]


def use(entries: Iterable[Mapping[str, Any]]) -> Packs:
    """Make the packs of the welcome's `packs` the packs of this process."""
    _current[0] = Packs(pack for entry in entries for pack in locate(entry))
    return _current[0]
