"""What devices and components have in common: ``Products.ZenModel.ManagedEntity``."""

from __future__ import annotations

from typing import Any

from .acquisition import ModelObject
from .templates import RRDTemplate

_REPLACEMENT = "-replacement"
_ADDITION = "-addition"


class ManagedEntity(ModelObject):
    """A device or component: it has a production state and monitoring templates."""

    meta_type = portal_type = "ManagedEntity"
    snmpindex = ""
    monitor = True
    _properties = (
        {"id": "snmpindex", "type": "string", "mode": "w"},
        {"id": "monitor", "type": "boolean", "mode": "w"},
    )
    # The names of the templates that components of the class bind; None for the one of getRRDTemplateName.
    _templates: list[str] | None = None
    # The names of the templates that the daemon's own rules bind; None where it has not said.
    _zp_bound: list[str] | None = None

    def getManageIp(self) -> str:
        """Return the address that the device is managed by."""
        return self.device().getManageIp()

    def getProductionState(self) -> int:
        """Return the production state, acquired from the device where the component has none."""
        return self.productionState

    def getPreMWProductionState(self) -> int:
        """Return the production state from before a maintenance window."""
        return self.preMWProductionState

    def getPriority(self) -> int:
        """Return the priority."""
        return self.priority

    def monitored(self) -> bool:
        """Report whether the object is to be monitored."""
        return bool(self.monitor)

    def snmpMonitorDevice(self) -> bool:
        """Report whether the device may be asked by SNMP."""
        return not getattr(self, "zSnmpMonitorIgnore", False)

    def getRRDTemplateName(self) -> str:
        """Return the name of the template that components of the class bind."""
        return self.meta_type.replace(" ", "")

    def getRRDTemplates(self) -> list[RRDTemplate]:
        """Return the templates that are bound."""
        if self._zp_bound is not None and type(self).getRRDTemplateName is ManagedEntity.getRRDTemplateName:
            return [found for name in self._zp_bound if (found := self.getRRDTemplateByName(name))]
        return self._zp_templates(self._templates or [self.getRRDTemplateName()])

    def getRRDTemplateByName(self, name: str) -> RRDTemplate | None:
        """Return the template that the device class, or one above it, has under that name."""
        device = self.device()
        return RRDTemplate(name) if device is not None and name in device._zp_visible else None

    def getAvailableTemplates(self) -> list[RRDTemplate]:
        """Return the templates that could be bound."""
        return [RRDTemplate(name) for name in sorted(self.device()._zp_visible)]

    def getThresholds(self, name: str) -> list[Any]:
        """Return no thresholds: the daemon keeps them."""
        return []

    def _zp_templates(self, names: list[str]) -> list[RRDTemplate]:
        """Return the templates behind names, by the rule of replacements and additions."""
        found = []
        for name in names:
            template = self.getRRDTemplateByName(name + _REPLACEMENT) or self.getRRDTemplateByName(name)
            found += [template, self.getRRDTemplateByName(name + _ADDITION)]
        return [template for template in found if template]
