"""The heartbeat: a thread that tells the daemon, four times a second, what the reactor's thread is at.

A loop in plugin code stops the reactor but not this thread, so the daemon sees since when nothing has moved, and whose
hook it is.
"""

from __future__ import annotations

import os
import struct
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

#: Seconds between two beats.
PERIOD = 0.25
#: Seconds without a turn of the reactor after which the culprit is looked for outside of hooks, too.
STALLED = 1.0

_BEAT = struct.Struct("<5Q")


class Watch:
    """What the reactor's thread is at. Written there, read by the heartbeat thread; times are CLOCK_MONOTONIC ns."""

    __slots__ = ("run", "since", "tick")

    def __init__(self) -> None:
        self.tick = time.monotonic_ns()  #: last turn of the reactor
        self.since = 0  #: since when a hook has been running, 0 for none
        self.run = 0  #: the run it belongs to, 0 for none


class Heartbeat:
    """Writes the beats to the pipe ``descriptor``.

    ``threads`` tells how many threads of the reactor's pool are in use; ``find_run`` the run of the plugin instance
    that it is given, 0 if it is no plugin or has no run; ``before`` is called with each beat.
    """

    def __init__(
        self,
        descriptor: int,
        watch: Watch,
        *,
        threads: Callable[[], int],
        find_run: Callable[[Any], int],
        before: Callable[[], Any],
    ) -> None:
        self._descriptor = descriptor
        self._watch = watch
        self._threads = threads
        self._find_run = find_run
        self._before = before
        self._main = threading.get_ident()

    def start(self, reactor: Any) -> None:
        """Beat until the process ends. To be called in the reactor's thread."""
        os.set_blocking(self._descriptor, False)
        self._tick(reactor)
        threading.Thread(target=self._loop, name="heartbeat", daemon=True).start()

    def _tick(self, reactor: Any) -> None:
        self._watch.tick = time.monotonic_ns()
        reactor.callLater(PERIOD / 2, self._tick, reactor)

    def _loop(self) -> None:
        while True:
            self._before()
            try:
                os.write(self._descriptor, self.beat())
            except BlockingIOError:
                pass  # the daemon does not read; the next beat says more than this one
            except OSError:
                return  # the daemon is gone, and the connection's end says so
            time.sleep(PERIOD)

    def beat(self) -> bytes:
        """Return the bytes of one beat."""
        now, watch = time.monotonic_ns(), self._watch
        tick, since, run = watch.tick, watch.since, watch.run
        if since == 0 and now - tick > STALLED * 1e9:
            run = self._culprit()
            since = tick if run else 0
        return _BEAT.pack(now, tick, since, run if since else 0, self._threads())

    def _culprit(self) -> int:
        """Return the run whose plugin's code the reactor's thread is in, outside of hooks: in a callback, say."""
        frame: FrameType | None = sys._current_frames().get(self._main)
        while frame is not None:
            plugin = frame.f_locals.get("self")
            if plugin is not None:
                run = self._find_run(plugin)
                if run:
                    return run
            frame = frame.f_back
        return 0
