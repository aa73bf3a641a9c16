"""A plugin that needs nothing of its pack's __init__."""

import shoplib
from Products.DataCollector.plugins.DataMaps import ObjectMap
from Products.ZenUtils.Utils import prepId

from ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource import PythonDataSourcePlugin


class Orders(PythonDataSourcePlugin):
    """Counts orders."""

    proxy_attributes = ["zShopPort"]  # noqa: RUF012 - a list, as some packs have it

    @classmethod
    def params(cls, datasource, context):
        """Give the limit."""
        return {"limit": datasource.talesEval("${here/id}", context)}

    def collect(self, config):
        """Give one value and one map."""
        data = self.new_data()
        data["values"][None]["orders"] = shoplib.count()
        data["maps"].append(ObjectMap({"id": prepId("a/b"), "relname": "tills"}))
        return data
