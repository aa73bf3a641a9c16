"""Packs of our own, importable for a test, and Twisted's reactor in a thread of its own."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from zenpython import compat
from zenpython.compat import packs

PACKS = Path(__file__).parents[1] / "packs"


@pytest.fixture
def shop():
    """The pack ZenPacks.test.compatshop, freshly importable."""
    before = packs.current()
    known = set(sys.modules)
    compat.install({"packs": [{"name": "", "path": str(PACKS / "ZenPacks.test.compatshop")}]})
    yield packs.current().by_name["ZenPacks.test.compatshop"]
    for name in set(sys.modules) - known:
        if name.startswith(("ZenPacks.test", "shoplib")):
            del sys.modules[name]
    packs.use([{"name": pack.name, "path": pack.folder} for pack in before.by_name.values()])


@pytest.fixture(scope="session")
def in_reactor():
    """Run a function that gives a Deferred or a coroutine in the reactor's thread and wait for its result."""
    compat.install({})
    from twisted.internet import defer, reactor, threads

    thread = threading.Thread(target=reactor.run, args=(False,), daemon=True)
    thread.start()

    def run(function, *args, **kwargs):
        async def work():
            return await defer.maybeDeferred(function, *args, **kwargs)

        return threads.blockingCallFromThread(reactor, lambda: defer.ensureDeferred(work()))

    yield run
    reactor.callFromThread(reactor.stop)
    thread.join(10)
