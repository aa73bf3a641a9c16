"""Entry of the worker and builder processes; see docs/worker-protocol.md."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import socket
import sys
from pathlib import Path

MISSING = """\
zenpython: the Python environment {prefix} (Python {version}) lacks a package that Python plugins need: {error}.
Run `zenpython python setup`, which makes an environment with all of them, or give another one with --python PATH.
"""


def main(arguments: list[str]) -> int:
    """Run the role that is named; return the exit status."""
    # Run as a file by an isolated Python, the package is not on the path.
    path = os.environ.get("ZENPYTHON_HOST_PATH") or str(Path(__file__).resolve().parents[2])
    if path not in sys.path:
        sys.path.insert(0, path)
    try:
        from zenpython.host import handshake
    except ImportError as error:
        sys.stderr.write(MISSING.format(prefix=sys.prefix, version=sys.version.split()[0], error=error))
        return 3
    if not handshake.is_started_by_daemon() or len(arguments) != 1 or arguments[0] not in handshake.ROLES:
        sys.stderr.write(handshake.explanation())
        return 2
    return _serve(arguments[0])


def _serve(role: str) -> int:
    from zenpython.host import handshake, reactors

    faulthandler.enable()
    sock = _own_socket(handshake.FRAMES_FD)
    os.set_inheritable(handshake.HEARTBEAT_FD, False)
    # What a plugin forks must hold neither: the daemon would take it for the worker.
    os.register_at_fork(after_in_child=lambda: _close(handshake.FRAMES_FD, handshake.HEARTBEAT_FD))
    reactors.raise_open_files()
    try:
        welcome = handshake.greet(sock, role)
    except (handshake.HandshakeError, OSError) as error:
        sys.stderr.write(f"zenpython {role}: {error}\n")
        return 3
    from zenpython.host.process import Process

    return Process(role, sock, welcome).run()


def _own_socket(descriptor: int) -> socket.socket:
    """Return the socket at this very descriptor, kept from child processes."""
    sock = socket.socket(fileno=descriptor)
    sock.set_inheritable(False)
    return sock


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        with contextlib.suppress(OSError):  # of a child that closed everything itself
            os.close(descriptor)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
