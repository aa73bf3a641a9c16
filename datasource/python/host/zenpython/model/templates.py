"""Monitoring templates, data sources and datapoints as the code of data sources sees them."""

from __future__ import annotations

from typing import Any

from .acquisition import ModelObject
from .relations import ToManyCont, ToManyContRelationship, ToOne


class RRDTemplate(ModelObject):
    """A monitoring template. Of one that is only bound, and whose data sources nobody asked for, the id is known."""

    meta_type = portal_type = "RRDTemplate"
    targetPythonClass = "Products.ZenModel.Device"
    device_class_path = "/"
    _relations = (("datasources", ToManyCont(ToOne, "Products.ZenModel.RRDDataSource", "rrdTemplate")),)

    def __init__(self, id: str = "", title: str | None = None) -> None:
        super().__init__(id, title)
        self.datasources = ToManyContRelationship(self, "datasources")

    def getPrimaryPath(self) -> tuple[str, ...]:
        """Return the path below the device class that holds the template."""
        organizers = [part for part in self.device_class_path.split("/") if part]
        return ("", "zport", "dmd", "Devices", *organizers, "rrdTemplates", self.id)

    def getRRDDataSources(self, dsType: str | None = None) -> list[Any]:
        """Return the data sources, of one type or all."""
        return [ds for ds in self.datasources() if dsType is None or ds.sourcetype == dsType]

    def getRRDDataPointNames(self) -> list[str]:
        """Return the names of all datapoints: data source and datapoint joined by an underscore."""
        return [dp.name() for ds in self.datasources() for dp in ds.datapoints()]


class RRDDataPoint(ModelObject):
    """A datapoint of a data source."""

    meta_type = portal_type = "RRDDataPoint"
    rrdtype = "GAUGE"
    rrdmin: Any = None
    rrdmax: Any = None
    createCmd = ""
    isrow = True
    store = True
    forward = True
    tags: Any = None

    def datasource(self) -> Any:
        """Return the data source that the datapoint belongs to."""
        return self._zp_parent

    def name(self) -> str:
        """Return the data source's id and the datapoint's joined by an underscore."""
        source = self._zp_parent
        return f"{source.id}_{self.id}" if source is not None else self.id


class RRDDataSource(ModelObject):
    """What every data source has (spec §1.1)."""

    meta_type = portal_type = "RRDDataSource"
    sourcetypes: tuple[str, ...] = ()
    sourcetype: str | None = None
    paramtypes: tuple[str, ...] = ()
    enabled = True
    component = ""
    eventClass = ""
    eventKey = ""
    severity = 3
    commandTemplate = ""
    cycletime: Any = 300
    _properties = (
        {"id": "sourcetype", "type": "selection", "select_variable": "sourcetypes", "mode": "w"},
        {"id": "enabled", "type": "boolean", "mode": "w"},
        {"id": "component", "type": "string", "mode": "w"},
        {"id": "eventClass", "type": "string", "mode": "w"},
        {"id": "eventKey", "type": "string", "mode": "w"},
        {"id": "severity", "type": "int", "mode": "w"},
        {"id": "commandTemplate", "type": "string", "mode": "w"},
        {"id": "cycletime", "type": "int", "mode": "w"},
    )
    _relations = (
        ("rrdTemplate", ToOne(ToManyCont, "Products.ZenModel.RRDTemplate", "datasources")),
        ("datapoints", ToManyCont(ToOne, "Products.ZenModel.RRDDataPoint", "datasource")),
    )

    def getDescription(self) -> str:
        """Return what the data source collects from, for people."""
        return ""

    def addDataPoints(self) -> None:
        """Create the datapoints that each new data source of the type has."""

    def manage_addRRDDataPoint(self, id: str, REQUEST: Any = None) -> RRDDataPoint | None:
        """Create a datapoint."""
        if not id:
            return None
        point = RRDDataPoint(id)
        self.datapoints.add(point)
        return point

    def getRRDDataPoints(self) -> list[RRDDataPoint]:
        """Return the datapoints."""
        return self.datapoints()
