from ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource import PythonDataSourcePlugin


class Report(PythonDataSourcePlugin):
    """Sums up rows, some without a number."""

    limit = 2L

    def collect(self, config):
        data = self.new_data()
        rows = [('a', None), ('b', 3), ('c', 0777)]
        data['values'][None]['over'] = len([n for (n, v) in rows if v > self.limit])
        data['values'][None]['first'] = sorted(v for (n, v) in rows)[0]
        print "rows: %d" % len(rows)
        return data
