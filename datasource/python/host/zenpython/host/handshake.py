"""The start of a conversation with the daemon: cookie, hello, welcome."""

from __future__ import annotations

import os
import platform
import socket
import sys
from typing import Any

from zenpython.host.frames import VERSION, FrameReader, Order, Report, element, framed
from zenpython.host.values import Codec

#: Environment variable with the cookie, and the cookie.
COOKIE_NAME = "ZENPYTHON_WORKER"
COOKIE = "7f3d9a52c41e"

ROLES = ("worker", "builder")

FRAMES_FD = 3
HEARTBEAT_FD = 4

EXPLANATION = """\
This is the Python side of the zenpython collector daemon, version {version} of its protocol. It is no program to be run
by hand: the daemon starts it, as `python -I -m zenpython.host worker` or `… builder`, with {cookie} set, a socket at
file descriptor 3 and a pipe at 4.

To run plugins, start the daemon: `zenpython run`. To see what Python plugins there are and whether they load:
`zenpython plugins`.
"""


class HandshakeError(Exception):
    """The daemon and this process do not understand each other."""


def is_started_by_daemon() -> bool:
    """Report whether the cookie is there."""
    return os.environ.get(COOKIE_NAME) == COOKIE


def explanation() -> str:
    """Return what is said to a person who runs this program by hand."""
    return EXPLANATION.format(version=VERSION, cookie=COOKIE_NAME)


def greet(sock: socket.socket, role: str) -> dict[str, Any]:
    """Say hello and return the welcome. It blocks: which reactor is installed depends on the answer.

    The bytes of the stream after the welcome are left in the socket.
    """
    # Nothing opaque travels in these two, and the key for it is in the welcome.
    codec = Codec(os.urandom(16))
    import twisted

    hello = {"pid": os.getpid(), "python": platform.python_version(), "role": role, "twisted": twisted.__version__}
    sock.sendall(framed(codec.encode([Report.HELLO.value, VERSION, hello])))
    frames = _first_frame(sock, codec)
    frame = frames[0]
    if frame[0] != Order.WELCOME:
        raise HandshakeError(f"the daemon answered hello with frame {frame[0]}: want {Order.WELCOME.value}, welcome")
    version, welcome = element(frame, 1), element(frame, 2)
    if version != VERSION:
        raise HandshakeError(
            f"the daemon speaks version {version} of the protocol, this host version {VERSION}: "
            f"they come in one binary, so {sys.prefix} or ZENPYTHON_HOST_PATH holds another one's package"
        )
    if not isinstance(welcome, dict):
        raise HandshakeError("the daemon's welcome holds no map")
    return welcome


def _first_frame(sock: socket.socket, codec: Codec) -> list[list[Any]]:
    reader = FrameReader(codec)
    head = _exactly(sock, 4)
    frames = reader.feed(head + _exactly(sock, int.from_bytes(head, "big")))
    if not frames:
        raise HandshakeError("the daemon's first frame is empty")
    return frames


def _exactly(sock: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        piece = sock.recv(min(count - len(data), 1 << 20))
        if not piece:
            raise HandshakeError("the daemon closed the connection before its welcome was complete")
        data += piece
    return bytes(data)
