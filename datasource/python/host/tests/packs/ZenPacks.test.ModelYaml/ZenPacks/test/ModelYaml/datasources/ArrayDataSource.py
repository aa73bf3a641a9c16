from ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource import PythonDataSource, PythonDataSourcePlugin


class ArrayDataSource(PythonDataSource):
    ZENPACKID = "ZenPacks.test.ModelYaml"
    sourcetypes = ("Array", "Array Slow")
    sourcetype = sourcetypes[0]
    plugin_classname = "ZenPacks.test.ModelYaml.datasources.ArrayDataSource.ArrayPlugin"
    path = "/api/${here/id}"
    retries = 2
    _properties = PythonDataSource._properties + (
        {"id": "path", "type": "string", "mode": "w"},
        {"id": "retries", "type": "int", "mode": "w"},
    )

    def addDataPoints(self):
        if not self.datapoints._getOb("reads", None):
            self.manage_addRRDDataPoint("reads")


class ArrayPlugin(PythonDataSourcePlugin):
    proxy_attributes = ("zArrayPort", "pool_name", "getManageIp", "title", "nothing_such", "getAddedByPack")

    @classmethod
    def config_key(cls, datasource, context):
        return (
            context.device().id,
            datasource.getCycleTime(context),
            datasource.rrdTemplate().id,
            datasource.id,
            context.id,
        )

    @classmethod
    def params(cls, datasource, context):
        return {
            "path": datasource.talesEval(datasource.path, context),
            "points": [p.name() for p in datasource.datapoints()],
            "retries": datasource.retries,
            "device_class": datasource.rrdTemplate().getPrimaryPath(),
        }

    def collect(self, config):
        return None
