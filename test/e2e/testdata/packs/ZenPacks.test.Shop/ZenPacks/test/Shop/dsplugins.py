# A plugin as they are found: Python 2, inlineCallbacks, proxy attributes, state on self, process output as text.
import subprocess
import time

from Products.DataCollector.plugins.DataMaps import ObjectMap
from Products.ZenEvents import ZenEventClasses
from twisted.internet import defer, reactor

from ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource import PythonDataSourcePlugin


class Orders(PythonDataSourcePlugin):
    proxy_attributes = ('zCommandUsername', 'manageIp', 'nope')

    def __init__(self, config):
        self.runs = 0

    @classmethod
    def config_key(cls, datasource, context):
        return (context.device().id, datasource.getCycleTime(context), 'shop')

    @classmethod
    def params(cls, datasource, context):
        return {'title': context.titleOrId(), 'port': context.zCommandPort}

    @defer.inlineCallbacks
    def collect(self, config):
        d = defer.Deferred()
        reactor.callLater(0.01, d.callback, 41)
        value = yield d
        print 'collecting %s' % config.id
        defer.returnValue(value + 1)

    def onSuccess(self, result, config):
        self.runs += 1
        data = self.new_data()
        alive = subprocess.check_output(['echo', 'ok']) == 'ok\n'
        for ds in config.datasources:
            data['values'][ds.component]['orders'] = (result, 'N')
            data['values'][ds.component]['state'] = str(int(alive))
            data['events'].append({
                'severity': ZenEventClasses.Warning, 'eventKey': 'shop', 'device': config.id,
                'summary': 'run %d of %s as %s %r' % (self.runs, ds.params['title'], ds.zCommandUsername, ds.nope)})
        data['maps'].append(ObjectMap({'serialNumber': 'X9'}))
        return data


class Blocking(PythonDataSourcePlugin):
    def collect(self, config):
        time.sleep(60)
