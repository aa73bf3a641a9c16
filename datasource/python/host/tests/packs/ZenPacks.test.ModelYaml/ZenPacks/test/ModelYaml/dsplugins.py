from ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource import PythonDataSourcePlugin


class FailingParams(PythonDataSourcePlugin):
    proxy_attributes = ["zArrayPort"]

    @classmethod
    def params(cls, datasource, context):
        return {"x": context.no_such_thing}


class FailingProxy(PythonDataSourcePlugin):
    proxy_attributes = ("broken",)


class FailingProperty(PythonDataSourcePlugin):
    proxy_attributes = ("worn",)


class ObjectProxy(PythonDataSourcePlugin):
    proxy_attributes = ("itself",)


class BadKey(PythonDataSourcePlugin):
    @classmethod
    def config_key(cls, datasource, context):
        return "abc"


class OneName(PythonDataSourcePlugin):
    proxy_attributes = "zArrayPort"


class NeedsMore(PythonDataSourcePlugin):
    def __init__(self, config, other):
        self.other = other

    def onError(self, failure, config):
        return failure
