"""A data source module as packs write them: form, adapter, declarations in class bodies."""

from Products.Zuul.form import schema
from Products.Zuul.infos import ProxyProperty
from Products.Zuul.infos.template import RRDDataSourceInfo
from Products.Zuul.interfaces import IRRDDataSourceInfo
from Products.Zuul.utils import ZuulMessageFactory as _t
from zope.component import adapts
from zope.interface import implements
from zope.schema.vocabulary import SimpleVocabulary

from ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource import PythonDataSource


class ShopDataSource(PythonDataSource):
    """A type of its own."""

    sourcetypes = ("Shop",)
    sourcetype = "Shop"
    plugin_classname = "ZenPacks.test.compatshop.dsplugins.Orders.Orders"
    limit = "10"
    _properties = PythonDataSource._properties + ({"id": "limit", "type": "string"},)  # noqa: RUF005 - as packs do


class IShopDataSourceInfo(IRRDDataSourceInfo):
    """Its form."""

    limit = schema.TextLine(title=_t("Limit"), group=_t("Shop"), order=5)
    mode = schema.Choice(title=_t("Mode"), vocabulary=SimpleVocabulary.fromValues(["a", "b"]))


class ShopDataSourceInfo(RRDDataSourceInfo):
    """Its adapter."""

    implements(IShopDataSourceInfo)
    adapts(ShopDataSource)
    limit = ProxyProperty("limit")
