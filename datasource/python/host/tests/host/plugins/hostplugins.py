"""Plugins of the tests. Duck-typed: no class of ours is needed to be a plugin."""

import asyncio
import logging
import os
import sys
import threading
import time

from twisted.internet import defer, reactor, threads

trace = logging.getLogger("trace")


class Passing:
    """The hooks' defaults."""

    def collect(self, config):
        return defer.succeed(None)

    def onResult(self, result, config):
        return result

    def onSuccess(self, result, config):
        return result

    def onError(self, failure, config):
        return failure

    def onComplete(self, result, config):
        return result

    def cleanup(self, config):
        trace.info("cleanup of %s", config.id)


class Noop(Passing):
    def collect(self, config):
        return None


def later(value=None):
    waiting = defer.Deferred()
    reactor.callLater(0, waiting.callback, value)
    return waiting


def failing_later():
    waiting = defer.Deferred()
    reactor.callLater(0, waiting.errback, ValueError("later"))
    return waiting


async def coroutine(value):
    await later()
    return value


async def failing_coroutine():
    raise ValueError("in coroutine")


@defer.inlineCallbacks
def inline(value):
    yield later()
    return value


def generator(value):
    got = yield later(value)
    return got


class Awaitable:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        yield from later().__await__()
        return self.value


def raising(error):
    raise error


def stubborn_canceller(waiting):
    raise KeyError("canceller")


DATA = {"events": [{"summary": "s"}]}

MOVES = {
    "plain": lambda: dict(DATA),
    "none": lambda: None,
    "fired": lambda: defer.succeed(dict(DATA)),
    "later": lambda: later(dict(DATA)),
    "later_none": later,
    "inline": lambda: inline(dict(DATA)),
    "coroutine": lambda: coroutine(dict(DATA)),
    "generator": lambda: generator(dict(DATA)),
    "awaitable": lambda: Awaitable(dict(DATA)),
    "thread": lambda: threads.deferToThread(dict, DATA),
    "raise": lambda: raising(ValueError("raised")),
    "exit": lambda: sys.exit(7),
    "fail": lambda: defer.fail(ValueError("failed")),
    "fail_later": failing_later,
    "fail_coroutine": failing_coroutine,
    "never": defer.Deferred,
    "canceller_keyerror": lambda: defer.Deferred(lambda waiting: waiting.errback(KeyError("kept"))),
    "canceller_value": lambda: defer.Deferred(lambda waiting: waiting.callback({"interval": 7})),
    "canceller_raises": lambda: defer.Deferred(stubborn_canceller),
    "list": lambda: [1],
    "text": lambda: "text",
    "true": lambda: True,
    "empty_list": list,
    "tuple_events": lambda: {"events": ({"summary": "a"}, {"summary": "b"})},
    "none_events": lambda: {"events": None, "interval": 60},
    "bad_event": lambda: {"events": ["no dict", {"summary": "kept"}], "values": {None: {"dp1": 1}}, "interval": 60},
    "bad_interval": lambda: {"interval": "soon", "values": {None: {"dp1": 1}}},
    "other": lambda: {"interval": 11},
    "empty": dict,
}


class Scripted(Passing):
    """Does in each hook what params says under the hook's name; tells the hooks it was in."""

    def _do(self, hook, given, config):
        trace.info("%s(%s)", hook, told(given))
        move = config.datasources[0].params.get(hook)
        return given if move is None else MOVES[move]()

    def collect(self, config):
        return self._do("collect", None, config)

    def onResult(self, result, config):
        return self._do("onResult", result, config)

    def onSuccess(self, result, config):
        return self._do("onSuccess", result, config)

    def onError(self, failure, config):
        return self._do("onError", failure, config)

    def onComplete(self, result, config):
        return self._do("onComplete", result, config)


def told(value):
    kind = getattr(value, "type", None)
    return kind.__name__ if kind is not None else type(value).__name__


class Counting(Passing):
    """Keeps state, and is constructed with its config."""

    startDelay = 5

    def __init__(self, config):
        self.device = config.id
        self.runs = 0

    def collect(self, config):
        self.runs += 1
        return {"events": [{"summary": f"{self.device} {self.runs}"}]}


class OtherParameter(Passing):
    def __init__(self, configuration):
        pass


class NoConstruction(Passing):
    def __init__(self):
        sys.exit("no")


class Loud(Passing):
    """Prints and logs, in the reactor's thread, later and in another thread."""

    def collect(self, config):
        print("printed", config.id)
        sys.stderr.write("half a line, ")
        sys.stderr.write("the other half\n")
        os.write(1, b"raw\n")
        logging.getLogger("zen.pack").warning("logged %s", config.id)
        return self.go_on(config)

    async def go_on(self, config):
        await later()
        print("printed after await", config.id)
        await threads.deferToThread(print, "printed in thread", config.id)


class Stray(Passing):
    """Leaves errors behind that are nobody's."""

    def collect(self, config):
        defer.fail(ValueError("unhandled"))
        twice = defer.Deferred()
        twice.addErrback(lambda failure: None)
        reactor.callLater(0, twice.callback, None)
        reactor.callLater(0, twice.callback, None)
        reactor.callLater(0, sys.exit, 3)
        reactor.callLater(0, raising, KeyboardInterrupt())
        return later()


class Dying(Passing):
    def collect(self, config):
        os._exit(5)


class Blocking(Passing):
    def collect(self, config):
        time.sleep(config.datasources[0].params["seconds"])


class BlockingLater(Passing):
    """Blocks outside of any hook."""

    def collect(self, config):
        waiting = defer.Deferred()
        reactor.callLater(0, self.block, config.datasources[0].params["seconds"], waiting)
        return waiting

    def block(self, seconds, waiting):
        time.sleep(seconds)
        waiting.callback(None)


class Threads(Passing):
    """Waits in a thread for the cleanup."""

    def __init__(self):
        self.over = threading.Event()

    def collect(self, config):
        return threads.deferToThread(self.over.wait)

    def cleanup(self, config):
        self.over.set()


class StuckThread(Passing):
    def collect(self, config):
        return threads.deferToThread(threading.Event().wait)


class Publisher(Passing):
    """Publishes and calls between runs."""

    def collect(self, config):
        reactor.callLater(0, self.publish)

    def publish(self):
        self.publishEvents({"summary": str(n)} for n in range(2))
        self.publishValues({None: {"dp1": 1}})
        self.changeInterval("60")
        service = self.getService("EventService")
        service.addCallback(lambda remote: remote.callRemote("sendEvent", {"a": 1}, wait=True))
        service.addBoth(lambda answer: self.publishEvents([{"summary": f"answer {answer!r}"}]))


class Keeper(Passing):
    """Goes on publishing after its cleanup."""

    def cleanup(self, config):
        reactor.callLater(0, self.after)

    def after(self):
        self.publishEvents([{"summary": "late"}])
        trace.info("change after the end: %s", self.changeInterval(9))


class SlowCleanup(Passing):
    def cleanup(self, config):
        return later().addCallback(lambda _: trace.info("cleaned slowly"))


class FailingCleanup(Passing):
    def cleanup(self, config):
        raise ValueError("cleanup")


class Bare:
    """Has no hook but collect."""

    def collect(self, config):
        return {}


class OnAsyncio(Passing):
    event_loop = "asyncio"

    async def collect(self, config):
        await asyncio.sleep(0)
        value = await later("deferred")
        service = await self.getService("s")
        return {"events": [{"summary": value, "loop": type(asyncio.get_running_loop()).__name__, "name": service.name}]}


class OnNoLoop(Passing):
    event_loop = "uvloop"


class OnAsyncioForever(OnAsyncio):
    async def collect(self, config):
        await asyncio.get_running_loop().create_future()


class OnAsyncioExit(OnAsyncio):
    async def collect(self, config):
        sys.exit(3)


class ConfigReader(Passing):
    """Tells what it sees of its config."""

    def collect(self, config):
        source = config.datasources[0]
        point = source.points[1]
        return {"events": [{
            "summary": "config", "device": config.id, "key": source.config_key, "point": point.dpName,
            "proxy": source.zThing, "params": source.params, "path": point.rrdPath,
            "event_key": source.getEventKey(point), "missing": getattr(source, "nope", "absent"),
        }]}  # fmt: skip
