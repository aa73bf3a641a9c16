"""Plugins in the modern style."""

import asyncio

from twisted.internet import reactor, task
from zope.component import queryUtility

from zenpython import ObjectMap, PythonDataSourcePlugin


class OnEpoll(PythonDataSourcePlugin):
    async def collect(self, config):
        await task.deferLater(reactor, 0)
        return self.result(config)

    def result(self, config):
        data = self.new_data()
        data["values"][None]["dp1"] = 1
        data["events"].append({"summary": config.id})
        data["metrics"].append(self.new_metric("m", 5))
        data["maps"].append(ObjectMap({"id": "a"}))
        return data


class OnAsyncio(OnEpoll):
    event_loop = "asyncio"

    async def collect(self, config):
        await asyncio.sleep(0)
        return self.result(config)


class Sender(PythonDataSourcePlugin):
    def collect(self, config):
        from Products.ZenCollector.interfaces import IEventService

        queryUtility(IEventService).sendEvent({"summary": "by service"})
