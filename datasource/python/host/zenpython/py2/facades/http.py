"""HTTP of the standard library: urllib, urllib2, httplib with native strings."""

from __future__ import annotations

import http.client
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from zenpython.py2.facades.files import NativeStream
from zenpython.py2.strings import native, to_bytes


def _native_response(response: Any) -> Any:
    return response if isinstance(response, NativeResponse) else NativeResponse(response)


class NativeResponse(NativeStream):
    """A response whose body is native strings, with headers as Python 2 gave them."""

    def info(self) -> Any:
        """The headers."""
        return NativeHeaders(self._stream.headers)

    @property
    def headers(self) -> Any:
        """The headers."""
        return NativeHeaders(self._stream.headers)

    msg = headers


class NativeHeaders:
    """Headers with the methods of Python 2's `mimetools.Message`."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __getitem__(self, name: str) -> Any:
        if name not in self._real:
            raise KeyError(name)
        return self._real[name]

    def __contains__(self, name: str) -> bool:
        return name in self._real

    def __iter__(self) -> Any:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self._real)

    def __str__(self) -> str:
        return str(self._real)

    def keys(self) -> list[str]:
        """Names, lower case."""
        return [name.lower() for name in self._real.keys()]  # noqa: SIM118

    def items(self) -> list[tuple[str, str]]:
        """Names, lower case, and values."""
        return [(name.lower(), value) for name, value in self._real.items()]

    def getheader(self, name: str, default: Any = None) -> Any:
        """One header."""
        return self._real.get(name, default)

    def getheaders(self, name: str) -> list[str]:
        """All headers of a name."""
        return self._real.get_all(name) or []

    def has_key(self, name: str) -> bool:
        """Whether there is such a header."""
        return name in self._real

    def gettype(self) -> str:
        """The content type without parameters."""
        return self._real.get_content_type()


class Request(urllib.request.Request):
    """`urllib2.Request`: the body may be a native string."""

    def __init__(self, url: Any, data: Any = None, headers: Mapping[str, Any] = {}, *args: Any, **kw: Any) -> None:
        super().__init__(_plain(url), to_bytes(data), {k: str(v) for k, v in headers.items()}, *args, **kw)

    def add_data(self, data: Any) -> None:
        """Set the body."""
        self.data = to_bytes(data)

    def has_data(self) -> bool:
        """Whether there is a body."""
        return self.data is not None

    def get_data(self) -> Any:
        """The body."""
        return native(self.data)

    def get_host(self) -> str:
        """The host."""
        return self.host

    def get_type(self) -> str:
        """The scheme."""
        return self.type


def _plain(url: Any) -> Any:
    """A URL as Python 3 takes it: blanks in it passed in Python 2, and are refused now."""
    url = native(url)
    return url.replace(" ", "%20") if isinstance(url, str) else url


def _opening(open_: Callable[..., Any]) -> Callable[..., Any]:
    """`open_` with a native body, and the response native."""

    def opened(url: Any, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        try:
            return _native_response(open_(_plain(url), to_bytes(data), *args, **kwargs))
        except urllib.request.HTTPError as error:
            error.read = _native_read(error.read)  # type: ignore[method-assign]
            raise

    return opened


def _native_read(read: Callable[..., bytes]) -> Callable[..., Any]:
    return lambda *size: native(read(*size))


def _build_opener(*handlers: Any) -> Any:
    opener = urllib.request.build_opener(*handlers)
    opener.open = _opening(opener.open)  # type: ignore[method-assign]
    return opener


def urllib2() -> dict[str, Any]:
    """urllib2."""
    return {
        "Request": Request,
        "build_opener": _build_opener,
        "install_opener": _install_opener,
        "urlopen": _opening(urllib.request.urlopen),
    }


def _install_opener(opener: Any) -> None:
    """Install the opener as the library knows it: others of the process expect bytes of it."""
    opener.__dict__.pop("open", None)
    urllib.request.install_opener(opener)


def _quoting(function: Callable[..., str]) -> Callable[..., str]:
    def quoted(text: Any, *safe: Any) -> str:
        return function(to_bytes(text) if isinstance(text, str) else text, *safe)

    return quoted


def _unquote(text: str) -> Any:
    return native(urllib.parse.unquote_to_bytes(to_bytes(text)))


def _urlencode(query: Any, doseq: Any = 0) -> str:
    items = query.items() if hasattr(query, "items") else query
    if doseq:
        return urllib.parse.urlencode([(to_bytes(k), _encoded_all(v)) for k, v in items], True)
    return urllib.parse.urlencode([(to_bytes(k), to_bytes(v)) for k, v in items])


def _encoded_all(value: Any) -> Any:
    return list(map(to_bytes, value)) if isinstance(value, (list, tuple)) else to_bytes(value)


def urllib_() -> dict[str, Any]:
    """urllib."""
    return {
        "quote": _quoting(urllib.parse.quote),
        "quote_plus": _quoting(urllib.parse.quote_plus),
        "unquote": _unquote,
        "unquote_plus": lambda text: _unquote(text.replace("+", " ")),
        "urlencode": _urlencode,
        "urlopen": _opening(urllib.request.urlopen),
    }


def urlparse() -> dict[str, Any]:
    """urlparse: bytes that come from a library are native."""
    names: dict[str, Any] = {}
    for name in ("urlparse", "urlsplit", "urljoin", "urldefrag", "parse_qs", "parse_qsl"):
        names[name] = _native_arguments(getattr(urllib.parse, name))
    return names


def _native_arguments(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **kwargs: function(*map(native, args), **kwargs)


class _Connection:
    """What both connection classes change."""

    def request(self, method: str, url: str, body: Any = None, headers: Any = {}, **kwargs: Any) -> None:  # noqa: B006
        """Send a request."""
        super().request(method, native(url), to_bytes(body), headers, **kwargs)  # type: ignore[misc]

    def send(self, data: Any) -> None:
        """Send what the request's caller writes itself."""
        super().send(to_bytes(data))  # type: ignore[misc]

    def getresponse(self, buffering: bool = False) -> Any:
        """The response."""
        return _native_response(super().getresponse())  # type: ignore[misc]


class HTTPConnection(_Connection, http.client.HTTPConnection):
    """`httplib.HTTPConnection`."""

    def __init__(self, host: str, port: Any = None, strict: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(host, port, *args, **kwargs)


class HTTPSConnection(_Connection, http.client.HTTPSConnection):
    """`httplib.HTTPSConnection`; certificate files become a context."""

    def __init__(
        self,
        host: str,
        port: Any = None,
        key_file: Any = None,
        cert_file: Any = None,
        strict: Any = None,
        **kwargs: Any,
    ) -> None:
        if cert_file:
            import ssl

            kwargs.setdefault("context", ssl.create_default_context())
            kwargs["context"].load_cert_chain(cert_file, key_file)
        super().__init__(host, port, **kwargs)


def httplib() -> dict[str, Any]:
    """httplib."""
    return {"HTTPConnection": HTTPConnection, "HTTPSConnection": HTTPSConnection}


def xmlrpclib() -> dict[str, Any]:
    """xmlrpclib: Binary takes native strings."""
    import xmlrpc.client as real

    class Binary(real.Binary):
        """Data as bytes."""

        def __init__(self, data: Any = None) -> None:
            super().__init__(to_bytes(data))

    return {"Binary": Binary, "loads": lambda data, **kwargs: real.loads(data, **kwargs)}
