"""The connection to the daemon inside the reactor: frames in, frames out in batches, credits."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from twisted.internet.main import CONNECTION_DONE

from zenpython.host.frames import FrameError, FrameReader, framed
from zenpython.host.values import Codec

logger = logging.getLogger("zen.python.worker")

_READ_BYTES = 256 * 1024
#: How long frames are handled before the reactor gets its turn, so that timers and sockets stay on time.
_TURN_SECONDS = 0.010
#: How long a frame may wait for company: what a crash can take with it.
_BATCH_SECONDS = 0.001


class Connection:
    """Reads the daemon's frames and sends ours.

    ``receive`` is called with each frame, in order; ``lost`` once, when the daemon is gone or sent what is no frame.
    All methods are for the reactor's thread, save those that say otherwise.
    """

    def __init__(self, reactor: Any, sock: socket.socket, codec: Codec) -> None:
        self.receive: Callable[[list[Any]], None] = lambda frame: None
        self.lost: Callable[[str], None] = lambda reason: None
        self.codec = codec
        self._reactor = reactor
        self._socket = sock
        self._reader = FrameReader(codec)
        self._inbox: deque[list[Any]] = deque()
        self._lock = threading.Lock()  # guards _outbox and the writing of it: the heartbeat thread flushes, too
        self._outbox = bytearray()
        self._flushed = time.monotonic()
        self._flush_due = False
        self._credit = 0
        self._held: deque[bytes] = deque()
        self._open = True

    def start(self) -> None:
        """Begin to read."""
        self._socket.setblocking(False)
        self._reactor.addReader(self)

    # What the reactor asks of a descriptor.

    def fileno(self) -> int:
        """Return the socket's descriptor, -1 when it is closed."""
        return self._socket.fileno()

    def logPrefix(self) -> str:
        """Return the name that the reactor's own messages use."""
        return "daemon"

    def doRead(self) -> None:
        """Take what has come, and handle it."""
        try:
            data = self._socket.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._close(f"reading from the daemon: {error}")
            return
        if not data:
            self._close("the daemon closed the connection")
            return
        try:
            self._inbox.extend(self._reader.feed(data))
        except FrameError as error:
            self._close(f"the daemon sent {error}")
            return
        self._work()

    def doWrite(self) -> None:
        """Write on, after the daemon has made room."""
        self.flush()
        with self._lock:
            if not self._outbox:
                self._reactor.removeWriter(self)

    def connectionLost(self, reason: Any = CONNECTION_DONE) -> None:
        """Take notice that the reactor closes its descriptors, which it does only when it stops."""
        self._open = False

    # Frames in.

    def _work(self) -> None:
        """Handle frames for one turn; while some are left nothing more is read."""
        until = time.monotonic() + _TURN_SECONDS
        while self._inbox and self._open:
            if time.monotonic() >= until:
                self._reactor.removeReader(self)
                self._reactor.callLater(0, self._work_on)
                break
            frame = self._inbox.popleft()
            try:
                self.receive(frame)
            except Exception:
                logger.exception("handling frame %s of the daemon", frame[0])
        self.flush()

    def _work_on(self) -> None:
        if self._open:
            self._reactor.addReader(self)
            self._work()

    # Frames out.

    def send(self, *elements: Any) -> None:
        """Queue a frame; it leaves with the others of this turn. Unencodable says what has no form in it."""
        self._queue(framed(self.codec.encode(list(elements))))

    def send_plain(self, *elements: Any) -> None:
        """Queue a frame of text, numbers, lists and dicts with text keys alone."""
        self._queue(framed(self.codec.encode_plain(list(elements))))

    def send_credited(self, *elements: Any) -> None:
        """Queue a frame that needs the daemon's credit; without it, it waits here."""
        frame = framed(self.codec.encode(list(elements)))
        if self._credit > 0:
            self._credit -= 1
            self._queue(frame)
        else:
            self._held.append(frame)

    def add_credit(self, more: int) -> None:
        """Let so many more credited frames go."""
        self._credit += more
        while self._held and self._credit > 0:
            self._credit -= 1
            self._queue(self._held.popleft())

    def send_from_any_thread(self, frame: bytes) -> None:
        """Queue a frame that is encoded already, from any thread."""
        with self._lock:
            self._outbox += frame
        if not self._flush_due:
            self._flush_due = True
            self._reactor.callFromThread(self.flush)

    def _queue(self, frame: bytes) -> None:
        with self._lock:
            self._outbox += frame
        if not self._flush_due:
            self._flush_due = True
            self._reactor.callLater(0, self.flush)

    @property
    def pending(self) -> int:
        """Return how many bytes wait to be written, those without credit left out."""
        return len(self._outbox)

    def flush_before_hook(self) -> None:
        """Write what is queued, since plugin code may end the process; in a batch of orders only now and then."""
        if not self._inbox or time.monotonic() - self._flushed > _BATCH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is queued; what the daemon has no room for yet goes later."""
        self._flush_due = False
        if not self.write():
            self._reactor.addWriter(self)

    def write(self) -> bool:
        """Write as much as there is room for, from any thread; False if something is left."""
        with self._lock:
            while self._outbox:
                try:
                    sent = self._socket.send(self._outbox)
                except (BlockingIOError, InterruptedError):
                    return False
                except OSError:
                    self._outbox.clear()  # reading will find the daemon gone
                    break
                del self._outbox[:sent]
            self._flushed = time.monotonic()
        return True

    def finish(self) -> None:
        """Write what is left, waiting for the daemon to take it, and close."""
        self._open = False
        try:
            self._socket.settimeout(5)
            with self._lock:
                self._outbox += b"".join(self._held)  # no more credit will come
                self._socket.sendall(self._outbox)
                self._outbox.clear()
        except OSError as error:
            logger.debug("the daemon did not take the last frames: %s", error)
        self._reactor.removeReader(self)
        self._reactor.removeWriter(self)
        self._socket.close()

    def _close(self, reason: str) -> None:
        self._open = False
        self._reactor.removeReader(self)
        self._reactor.removeWriter(self)
        self.lost(reason)
