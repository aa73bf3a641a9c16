"""A till that answers in JSON, asked in both of Twisted's ways."""
import base64
import json
import logging

from twisted.internet import reactor
from twisted.internet.defer import inlineCallbacks, returnValue
from twisted.web.client import Agent, getPage, readBody
from twisted.web.http_headers import Headers

from ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource import PythonDataSourcePlugin
import tillapi

log = logging.getLogger('zen.py2shop')


class Till(PythonDataSourcePlugin):
    url = None

    @inlineCallbacks
    def collect(self, config):
        auth = base64.encodestring('%s:%s' % ('u', 'p')).strip()
        page = yield getPage(self.url, headers={'Authorization': 'Basic ' + auth})
        agent = Agent(reactor)
        response = yield agent.request('GET', self.url, Headers({'Accept': ['application/json']}))
        body = yield readBody(response)
        returnValue((page, body))

    def onSuccess(self, result, config):
        page, body = result
        data = self.new_data()
        till = json.loads(body)
        for name, count in till['sold'].iteritems():
            data['values'][None][name] = count / till['days']
        if 'empty' in page:
            data['events'].append({'summary': page.split(':')[0], 'severity': 4})
        return data

    def onError(self, result, config):
        data = self.new_data()
        data['events'].append({'summary': result.value.message or str(result.value), 'severity': 5})
        return data
