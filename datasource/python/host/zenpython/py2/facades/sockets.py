"""Sockets that send and receive native strings."""

from __future__ import annotations

import socket as real
import ssl as real_ssl
from typing import Any

from zenpython.py2.facades.files import NativeStream
from zenpython.py2.strings import native, to_bytes


class Socket(real.socket):
    """`socket.socket` with native strings."""

    def send(self, data: Any, *flags: int) -> int:
        """Send some; the count is of bytes."""
        return super().send(to_bytes(data), *flags)

    def sendall(self, data: Any, *flags: int) -> None:
        """Send all."""
        super().sendall(to_bytes(data), *flags)

    def sendto(self, data: Any, *rest: Any) -> int:
        """Send a datagram."""
        return super().sendto(to_bytes(data), *rest)

    def recv(self, size: int, *flags: int) -> Any:
        """Receive up to `size` bytes."""
        return native(super().recv(size, *flags))

    def recvfrom(self, size: int, *flags: int) -> tuple[Any, Any]:
        """Receive a datagram and where it came from."""
        data, address = super().recvfrom(size, *flags)
        return native(data), address

    def accept(self) -> tuple[Any, Any]:
        """Accept a connection."""
        connection, address = super().accept()
        return _adopted(connection), address

    def makefile(self, mode: str = "r", bufsize: int = -1) -> Any:
        """A file of the connection."""
        return NativeStream(super().makefile(mode.replace("b", "") + "b"))


def _adopted(connection: real.socket) -> Socket:
    timeout = connection.gettimeout()
    made = Socket(connection.family, connection.type, connection.proto, connection.detach())
    made.settimeout(timeout)
    return made


def _create_connection(*args: Any, **kwargs: Any) -> Socket:
    return _adopted(real.create_connection(*args, **kwargs))


def socket() -> dict[str, Any]:
    """socket."""
    return {"socket": Socket, "SocketType": Socket, "create_connection": _create_connection}


class _TLSSocket(NativeStream):
    """A TLS socket with native strings."""

    def recv(self, *args: int) -> Any:
        """Receive."""
        return native(self._stream.recv(*args))

    def send(self, data: Any, *flags: int) -> int:
        """Send some."""
        return self._stream.send(to_bytes(data), *flags)

    def sendall(self, data: Any, *flags: int) -> None:
        """Send all."""
        self._stream.sendall(to_bytes(data), *flags)


def ssl() -> dict[str, Any]:
    """ssl: `wrap_socket`, which verified nothing unless asked to."""

    def wrap_socket(
        sock: Any,
        keyfile: Any = None,
        certfile: Any = None,
        server_side: bool = False,
        cert_reqs: Any = real_ssl.CERT_NONE,
        ssl_version: Any = None,
        ca_certs: Any = None,
        do_handshake_on_connect: bool = True,
        suppress_ragged_eofs: bool = True,
        ciphers: Any = None,
    ) -> Any:
        protocol = real_ssl.PROTOCOL_TLS_SERVER if server_side else real_ssl.PROTOCOL_TLS_CLIENT
        context = real_ssl.SSLContext(protocol)
        context.check_hostname = False
        context.verify_mode = cert_reqs
        if ca_certs:
            context.load_verify_locations(ca_certs)
        if certfile:
            context.load_cert_chain(certfile, keyfile)
        if ciphers:
            context.set_ciphers(ciphers)
        return _TLSSocket(
            context.wrap_socket(
                sock,
                server_side=server_side,
                do_handshake_on_connect=do_handshake_on_connect,
                suppress_ragged_eofs=suppress_ragged_eofs,
            )
        )

    return {"wrap_socket": wrap_socket}
