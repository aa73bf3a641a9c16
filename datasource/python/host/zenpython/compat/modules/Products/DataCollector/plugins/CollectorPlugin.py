"""`Products.DataCollector.plugins.CollectorPlugin`: bases of modeler plugins.

Data source plugins reuse modelers' code (`objectMap()`, `relMap()`, a modeler's `process`), so the bases work; running
modelers on their own schedule is another daemon's business.
"""

from zenpython.compat.datamaps import ObjectMap, RelationshipMap

__zenpython_permissive__ = True


class CollectorPlugin:
    """What all modeler plugins have."""

    order = 100
    transport = ""
    maptype = ""
    relname = ""
    compname = ""
    modname = ""
    classname = ""
    weight = 1
    isModeler = True
    deviceProperties = ("id", "manageIp", "_snmpLastCollection", "_snmpStatus", "zCollectorClientTimeout")

    def __init__(self):
        self.compname, self.relname, self.modname = self.compname, self.relname, self.modname

    def name(self):
        """The plugin's dotted name."""
        return getattr(self, "_name", self.__module__)

    def isPython(self):
        """Whether the plugin collects by itself."""
        return self.transport == "python"

    def condition(self, device, log):
        """Whether the plugin is for the device."""
        return True

    def preprocess(self, results, log):
        """What `process` is given for `results`."""
        return results

    def process(self, device, results, log):
        """Make maps of what was collected; subclasses do."""
        raise NotImplementedError

    def objectMap(self, data=None):
        """An object map with the plugin's compname, modname and classname."""
        return ObjectMap(data or {}, self.compname, self.modname, self.classname)

    def relMap(self):
        """An empty relationship map for the plugin's relation."""
        return RelationshipMap(relname=self.relname, compname=self.compname)

    def checkColumns(self, row, columns, log):
        """Whether a table's row has all columns."""
        return all(name in row for name in columns.values())


class PythonPlugin(CollectorPlugin):
    """Collects by itself."""

    transport = "python"

    def copyDataToProxy(self, device, proxy):
        """Give the device's proxy more than deviceProperties."""

    def collect(self, device, log):
        """Collect; subclasses do."""
        raise NotImplementedError


class CommandPlugin(CollectorPlugin):
    """Reads the output of one command."""

    transport = "command"
    command = ""


class LinuxCommandPlugin(CommandPlugin):
    """A command of Linux devices."""

    def condition(self, device, log):
        """Whether the device runs Linux, as far as is known."""
        return "Linux" in (getattr(device, "uname", "") or "Linux")


class SnmpPlugin(CollectorPlugin):
    """Reads scalars and tables by SNMP."""

    transport = "snmp"
    snmpGetMap = None
    snmpGetTableMaps = ()


class GetMap:
    """Scalars wanted: oid -> name."""

    def __init__(self, oidmap):
        self.oidmap = dict(oidmap)

    def getoids(self):
        """The oids."""
        return list(self.oidmap)

    def mapdata(self, results):
        """Results by oid as values by name; what is missing is left out."""
        return {name: results[oid] for oid, name in self.oidmap.items() if oid in results}


class GetTableMap:
    """A table wanted: its name, its oid, column suffix -> name."""

    def __init__(self, name, tableoid, colmap):
        self.name, self._oid, self.colmap = name, tableoid, dict(colmap)

    def getoids(self):
        """The columns' oids."""
        return [self._oid + column for column in self.colmap]

    def mapdata(self, results):
        """Results (column oid -> oid -> value) as rows: index -> name -> value."""
        rows = {}
        for column, name in self.colmap.items():
            prefix = (self._oid + column).strip(".") + "."
            for oid, value in results.get(self._oid + column, {}).items():
                plain = oid.strip(".")
                if plain.startswith(prefix):
                    rows.setdefault(plain[len(prefix) :], {})[name] = value
        return rows
