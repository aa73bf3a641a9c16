"""The builder: answers the ``build`` methods of the protocol between daemon and worker."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from . import bases
from .checks import check_pack
from .objectsxml import ObjectsError, read_objects
from .packages import Packages
from .problems import Problems, error_value
from .sources import evaluate, make_source
from .tree import Model, binding


class Service:
    """One builder's state: the packs it was welcomed with and the devices it was told of.

    It expects ``zenpython.compat.install`` to have run for the same welcome. `handle` may be called from several
    threads; the requests are answered one at a time, for packs' code is not written for more.
    """

    def __init__(self, welcome: Mapping[str, Any]) -> None:
        from zenpython.compat import packs

        bases.serve()
        self.problems = Problems()
        found = {pack.name: pack.folder for entry in welcome.get("packs") or () for pack in packs.locate(entry)}
        self.packages = Packages(found, self.problems)
        self.model = Model(self.problems)
        self._lock = threading.RLock()
        self._loaded = False
        self._methods = {
            "model": self._model,
            "types": self._types,
            "source": self._source,
            "binding": self._binding,
            "objects": self._objects,
            "classes": self._classes,
            "problems": self._problems,
        }

    def handle(self, method: str, args: Mapping[str, Any] | None) -> Any:
        """Return the answer to a method; raises what is to be sent as its error."""
        if method not in self._methods:
            raise LookupError(f"the builder has no method {method!r}; it has {', '.join(sorted(self._methods))}")
        with self._lock:
            return self._methods[method](args or {})

    def _load(self) -> None:
        # Late, so that reading objects.xml alone does not run any code of a pack.
        if not self._loaded:
            self._loaded = True
            self.packages.load_classes()

    def _model(self, args: Mapping[str, Any]) -> None:
        self._load()
        self.model.replace(args.get("devices") or [])

    def _types(self, args: Mapping[str, Any]) -> list[dict[str, Any]]:
        self._load()
        return self.packages.source_types().described()

    def _source(self, args: Mapping[str, Any]) -> dict[str, Any]:
        self._load()
        context = self.model.find(args["object"])
        fields = args["datasource"]
        cls = self.packages.source_types().class_for(fields.get("type"), fields.get("class") or "")
        try:
            source = make_source(cls, args.get("template") or "", fields, context.device().getDeviceClassPath())
        except Exception as error:  # a type's constructor or property setter is a pack's code
            failed = error_value(error)
            return {"params": {}, "errors": {"config_key": failed, "params": failed, "attributes": failed}}
        return evaluate(source, context)

    def _binding(self, args: Mapping[str, Any]) -> list[str] | None:
        self._load()
        return binding(self.model.find(args["object"]))

    def _objects(self, args: Mapping[str, Any]) -> list[dict[str, Any]]:
        path = self.packages.folder(args.get("pack")) / "objects" / "objects.xml"
        try:
            return read_objects(path)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise ObjectsError(f"{path}: {error.strerror}") from error

    def _classes(self, args: Mapping[str, Any]) -> list[dict[str, Any]]:
        self._load()
        names = [args["pack"]] if args.get("pack") else sorted(self.packages.folders)
        return [{"pack": name, **row} for name in names for row in check_pack(name, self.packages, self.problems)]

    def _problems(self, args: Mapping[str, Any]) -> list[dict[str, Any]]:
        return self.problems.all()
