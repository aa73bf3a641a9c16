"""The reactor of this process, and the limits it runs under."""

from __future__ import annotations

import asyncio
import contextvars
import resource
import sys
from collections.abc import Callable
from typing import Any

EPOLL, ASYNCIO = "epoll", "asyncio"
LOOPS = (EPOLL, ASYNCIO)


def install(loop: str) -> Any:
    """Install and return the reactor of this kind. It must be done before anything imports twisted.internet.reactor."""
    if loop == ASYNCIO:
        from twisted.internet import asyncioreactor

        asyncio.set_event_loop(asyncio.new_event_loop())
        asyncioreactor.install(asyncio.get_event_loop())
    elif loop == EPOLL and sys.platform == "linux":
        from twisted.internet import epollreactor

        epollreactor.install()
    elif loop != EPOLL:
        raise ValueError(f"loop {loop!r}: want one of {', '.join(LOOPS)}")
    from twisted.internet import reactor

    return reactor


def set_up_threads(reactor: Any, size: int) -> Callable[[], int]:
    """Bound the reactor's thread pool, and return what tells how many of its threads are in use.

    What is deferred to a thread runs in a copy of its caller's context, so that a plugin's log records have their task
    there, too.
    """
    reactor.suggestThreadPoolSize(max(size, 1))
    pool = reactor.getThreadPool()
    run_in_pool = pool.callInThreadWithCallback

    def with_context(on_result: Any, func: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        run_in_pool(on_result, contextvars.copy_context().run, func, *args, **kwargs)

    pool.callInThreadWithCallback = with_context
    return lambda: len(pool.working)


def raise_open_files() -> None:
    """Raise the soft limit of open files to the hard one: a worker has a connection for every run in flight."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
