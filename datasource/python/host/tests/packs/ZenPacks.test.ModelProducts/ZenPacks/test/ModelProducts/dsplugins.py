from ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource import PythonDataSourcePlugin
import missing_library_of_zones


class ZonePlugin(PythonDataSourcePlugin):
    def collect(self, config):
        return missing_library_of_zones.ask()
