"""`Products.Zuul.infos.template`: infos of data sources and datapoints."""

from Products.Zuul.infos import InfoBase, ProxyProperty
from Products.Zuul.utils import severityId

__zenpython_permissive__ = True


class RRDDataSourceInfo(InfoBase):
    """Reads and sets a data source's properties, for a form."""

    testable = True
    availableParsers = ()
    enabled = ProxyProperty("enabled")
    component = ProxyProperty("component")
    eventClass = ProxyProperty("eventClass")
    eventKey = ProxyProperty("eventKey")
    commandTemplate = ProxyProperty("commandTemplate")
    cycletime = ProxyProperty("cycletime")

    @property
    def newId(self):
        """The data source's id."""
        return self._object.id

    @property
    def type(self):
        """The data source's type."""
        return self._object.sourcetype

    @property
    def source(self):
        """What the data source collects from."""
        return self._object.getDescription()

    @property
    def severity(self):
        """The severity, as a number; set by number or name, anything else counts as info."""
        return self._object.severity

    @severity.setter
    def severity(self, value):
        number = severityId(value)
        self._object.severity = 2 if number is None else number


BasicDataSourceInfo = CommandDataSourceInfo = RRDDataSourceInfo


class DataPointInfo(InfoBase):
    """Reads and sets a datapoint's properties, for a form."""

    rrdtype = ProxyProperty("rrdtype")
    rrdmin = ProxyProperty("rrdmin")
    rrdmax = ProxyProperty("rrdmax")
    createCmd = ProxyProperty("createCmd")
    isrow = ProxyProperty("isrow")
