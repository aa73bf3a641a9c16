"""The data source type that packs derive theirs from, as the builder has it (spec §1)."""

from __future__ import annotations

from typing import Any

from . import tales
from .templates import RRDDataSource


class PythonDataSource(RRDDataSource):
    """A data source that a plugin class collects."""

    ZENPACKID = "ZenPacks.zenoss.PythonCollector"
    sourcetypes: tuple[str, ...] = ("Python",)
    sourcetype: str | None = "Python"
    plugin_classname: str | None = None
    cycletime: Any = "${here/zCommandCollectionInterval}"
    _properties = (
        *(p for p in RRDDataSource._properties if p["id"] != "cycletime"),
        {"id": "cycletime", "type": "string", "mode": "w"},
        {"id": "plugin_classname", "type": "string", "mode": "w"},
    )
    _v_pluginClass: Any = None

    def getDescription(self) -> str:
        """Return the name of the plugin class."""
        return self.plugin_classname or ""

    def talesEval(self, text: Any, context: Any) -> str | None:
        """Return text with its TALES evaluated for a device or component, None for None (spec §1.2)."""
        if text is None:
            return None
        return tales.tales_eval_str(text, context, {"datasource": self, "ds": self})

    def getCycleTime(self, context: Any) -> int | float:
        """Return the cycle time in seconds; ValueError if it is no number."""
        seconds = float(self.talesEval(self.cycletime, context))
        return int(seconds) if seconds.is_integer() else seconds

    def getPluginClass(self) -> Any:
        """Return the plugin class, imported once."""
        if self._v_pluginClass is None:
            from zenpython import compat

            self._v_pluginClass = compat.load_class(self.plugin_classname)
        return self._v_pluginClass

    def getConfigKey(self, context: Any) -> Any:
        """Return what the plugin class says that this data source is collected together by."""
        if not self.plugin_classname:
            return [context.device().id]
        return self.getPluginClass().config_key(self, context)

    def getParams(self, context: Any) -> Any:
        """Return the plugin class's params, {} if they cannot be had."""
        try:
            return self.getPluginClass().params(self, context)
        except Exception:
            return {}
