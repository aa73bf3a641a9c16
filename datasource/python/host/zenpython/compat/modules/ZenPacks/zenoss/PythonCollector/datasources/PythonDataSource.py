"""`ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource`: what packs' plugins and data sources derive from."""

from Products.Zuul.form import schema
from Products.Zuul.infos import ProxyProperty
from Products.Zuul.infos.template import RRDDataSourceInfo
from Products.Zuul.interfaces import IRRDDataSourceInfo
from zope.interface import implementer

from zenpython.compat import load_class
from zenpython.compat.plugin import Metric, PythonDataSourcePlugin  # noqa: F401 - foreign names
from zenpython.model.pythondatasource import PythonDataSource  # noqa: F401 - foreign name

load_plugin_class = load_class


class IPythonDataSourceInfo(IRRDDataSourceInfo):
    """The form of a Python data source."""

    plugin_classname = schema.TextLine(title="Plugin Class Name")
    cycletime = schema.TextLine(title="Cycle Time (seconds)")


@implementer(IPythonDataSourceInfo)
class PythonDataSourceInfo(RRDDataSourceInfo):
    """Reads and sets a Python data source's properties, for a form."""

    testable = False
    plugin_classname = ProxyProperty("plugin_classname")
    cycletime = ProxyProperty("cycletime")
