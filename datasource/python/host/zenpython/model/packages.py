"""The packs of the builder: what each declares, loaded once."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from . import schema
from .classes import run_pack_init
from .problems import Problems
from .types import SourceTypes
from .zenpackyaml import PackSpec, load_pack_spec


class Packages:
    """Loads packs: their classes, their ``__init__`` and their data source types."""

    def __init__(self, folders: dict[str, Path], problems: Problems) -> None:
        self.folders = folders
        self.specs: dict[str, PackSpec] = {}
        self.types = SourceTypes(problems)
        self._problems = problems
        self._types_found = False
        self._lock = threading.Lock()

    def load_classes(self) -> None:
        """Make the packs' generated classes importable, then run the packs' ``__init__`` files.

        All classes come first: a pack's ``__init__`` may import another pack.
        """
        for name, folder in self.folders.items():
            spec = load_pack_spec(name, folder)
            if spec is None:
                continue
            self.specs[name] = spec
            for text in spec.problems:
                self._problems.add("zenpack.yaml", name, ValueError(text))
            try:
                schema.install(spec, folder)
            except Exception as error:
                self._problems.add("classes", name, error)
        for name, folder in self.folders.items():
            if (folder / "__init__.py").is_file():
                self._run_init(name)

    def source_types(self) -> SourceTypes:
        """Return the data source types of all packs, found when they are first asked for."""
        with self._lock:
            if not self._types_found:
                self._types_found = True
                for name, folder in self.folders.items():
                    self.types.find_in(name, folder)
        return self.types

    def folder(self, name: Any) -> Path:
        """Return a pack's folder. Raises LookupError."""
        if name not in self.folders:
            known = ", ".join(sorted(self.folders)) or "none"
            raise LookupError(f"no pack {name!r}; packs are: {known}")
        return self.folders[name]

    def _run_init(self, name: str) -> None:
        try:
            run_pack_init(name)
        except Exception as error:
            self._problems.add("__init__", name, error)
