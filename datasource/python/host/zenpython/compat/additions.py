"""Names that libraries have lost and plugins still import, put back into the libraries' own modules.

The libraries themselves stay as they are; a module gets its additions when it is first imported, or at once where it
is loaded already.
"""

from __future__ import annotations

import importlib
import importlib.machinery as machinery
import sys
import types
from typing import Any

# Library module -> our module whose `__all__` is added to it.
_ADDITIONS = {
    "twisted.internet.defer": "zenpython.compat.generators",
    "twisted.web.client": "zenpython.compat.getpage",
    "zope.interface": "zenpython.compat.advice",
}


def wanted(fullname: str) -> bool:
    """Whether the library module gets additions."""
    return fullname in _ADDITIONS


def install() -> None:
    """Add to modules that are loaded already."""
    for fullname in _ADDITIONS:
        if fullname in sys.modules:
            apply(sys.modules[fullname])


def apply(module: types.ModuleType) -> None:
    """Add our names to the library module `module`."""
    ours = importlib.import_module(_ADDITIONS[module.__name__])
    for name in ours.__all__:
        setattr(module, name, getattr(ours, name))


def hook(spec: machinery.ModuleSpec) -> machinery.ModuleSpec:
    """Let the additions be made as soon as the module of `spec` has run."""
    if isinstance(spec.loader, machinery.SourceFileLoader):
        spec.loader = _AddingLoader(spec.loader.name, spec.loader.path)
    return spec


class _AddingLoader(machinery.SourceFileLoader):
    def exec_module(self, module: Any) -> None:
        super().exec_module(module)
        apply(module)
