"""Twisted's web client with native strings: agents, responses, headers, bodies."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from zenpython.py2.facades.files import binary_stream
from zenpython.py2.strings import native, native_deep, to_bytes


class NativeResponse:
    """A response whose phrase and headers are native strings; whatever else it has is its own."""

    def __init__(self, response: Any) -> None:
        self.__dict__["_response"] = response

    def __getattr__(self, name: str) -> Any:
        return getattr(self._response, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._response, name, value)

    @property
    def phrase(self) -> Any:
        """The status line's text."""
        return native(self._response.phrase)

    @property
    def headers(self) -> Any:
        """The headers."""
        return native_headers(self._response.headers)


def native_response(response: Any) -> Any:
    """A native response; None, as some agents of packs give, stays None."""
    return response if response is None or isinstance(response, NativeResponse) else NativeResponse(response)


@functools.cache
def _headers_class() -> type:
    from twisted.web.http_headers import Headers as Real

    class Headers(Real):
        """Headers that give native strings for names that are native strings, and in the whole."""

        def getAllRawHeaders(self) -> Any:
            """Names and values."""
            for name, values in super().getAllRawHeaders():
                yield native(name), [native(value) for value in values]

        def getRawHeaders(self, name: Any, default: Any = None) -> Any:
            """The values of a name, in the form of the name."""
            if isinstance(name, bytes):
                return super().getRawHeaders(name, default)
            found = super().getRawHeaders(to_bytes(name))
            return default if found is None else [native(value) for value in found]

        def setRawHeaders(self, name: Any, values: Any) -> None:
            """Set the values of a name; numbers passed in Python 2."""
            super().setRawHeaders(to_bytes(name), [_header_value(value) for value in values])

        def addRawHeader(self, name: Any, value: Any) -> None:
            """Add a value."""
            super().addRawHeader(to_bytes(name), _header_value(value))

        def hasHeader(self, name: Any) -> bool:
            """Whether there is such a header."""
            return super().hasHeader(to_bytes(name))

        def removeHeader(self, name: Any) -> None:
            """Remove a header."""
            super().removeHeader(to_bytes(name))

        def copy(self) -> Any:
            """A copy."""
            return native_headers(self)

    return Headers


def _header_value(value: Any) -> bytes:
    return to_bytes(value) if isinstance(value, (str, bytes)) else str(value).encode()


def native_headers(headers: Any) -> Any:
    """Native headers with the same content."""
    from twisted.web.http_headers import Headers as Real

    made = _headers_class()()
    for name, values in Real.getAllRawHeaders(headers):
        made.setRawHeaders(name, values)
    return made


def http_headers() -> dict[str, Any]:
    """twisted.web.http_headers."""
    return {"Headers": _headers_class()}


class NativeProducer:
    """A body producer of translated code: it writes native strings, and counts its text in characters."""

    def __init__(self, producer: Any) -> None:
        self._producer = producer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._producer, name)

    @property
    def length(self) -> int:
        """The body's length in bytes."""
        length = self._producer.length
        for text in vars(self._producer).values() if hasattr(self._producer, "__dict__") else ():
            if isinstance(text, str) and len(text) == length:
                return len(to_bytes(text))
        return length

    def startProducing(self, consumer: Any) -> Any:
        """Write the body."""
        from zenpython.py2.facades.protocols import NativeTransport

        return self._producer.startProducing(NativeTransport(consumer))


def _native_producer(producer: Any) -> Any:
    if producer is None or isinstance(producer, NativeProducer) or type(producer).__module__.startswith("twisted."):
        return producer
    from twisted.web.iweb import IBodyProducer
    from zope.interface import directlyProvides

    wrapped = NativeProducer(producer)
    directlyProvides(wrapped, IBodyProducer)
    return wrapped


def native_agent(real: type) -> type:
    """The class that translated code gets for an agent class of Twisted's."""

    class Agent(real):  # type: ignore[misc,valid-type]
        def request(self, method: Any, uri: Any, headers: Any = None, bodyProducer: Any = None) -> Any:
            """Send a request; the response is native."""
            made = super().request(
                to_bytes(method), to_bytes(uri), _real_headers(headers), _native_producer(bodyProducer)
            )
            return made.addCallback(native_response)

    Agent.__name__ = Agent.__qualname__ = real.__name__
    Agent.__module__, Agent.__doc__ = real.__module__, real.__doc__
    return Agent


def _real_headers(headers: Any) -> Any:
    """Headers as the library has them: it reads them back as bytes."""
    from twisted.web.http_headers import Headers as Real

    if not isinstance(headers, Real):
        return headers
    made = Real()
    for name, values in Real.getAllRawHeaders(headers):
        made.setRawHeaders(name, values)
    return made


def _content_decoder(real: Any) -> Any:
    class ContentDecoderAgent(native_agent(real)):  # type: ignore[misc]
        """Decoders are named in native strings."""

        def __init__(self, agent: Any, decoders: Any) -> None:
            super().__init__(agent, [(to_bytes(name), decoder) for name, decoder in decoders])

    return ContentDecoderAgent


def _native_uri(real: Any) -> Any:
    class URI(real):
        """A URI whose parts are native strings; as a library wants it, it is made anew from its text."""

        @classmethod
        def fromBytes(cls, uri: Any, defaultPort: Any = None) -> Any:
            """Parse a URI."""
            parsed = real.fromBytes(to_bytes(uri), defaultPort)
            for name in ("scheme", "netloc", "host", "path", "params", "query", "fragment"):
                setattr(parsed, name, native(getattr(parsed, name)))
            parsed.__class__ = cls
            return parsed

        def toBytes(self) -> Any:
            """The URI as one native string."""
            parts = (self.scheme, self.netloc, self.path, self.params, self.query, self.fragment)
            from urllib.parse import urlunparse

            return urlunparse(tuple(map(native, parts)))

        __str__ = toBytes

    return URI


def native_result(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, whose Deferred then has a native result."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs).addCallback(native_deep)

    return call


_AGENTS = "Agent ProxyAgent RedirectAgent BrowserLikeRedirectAgent CookieAgent"


def client() -> dict[str, Any]:
    """twisted.web.client."""
    import twisted.web.client as real

    names: dict[str, Any] = {name: native_agent(getattr(real, name)) for name in _AGENTS.split()}
    names["ContentDecoderAgent"] = _content_decoder(real.ContentDecoderAgent)
    names["Headers"] = _headers_class()
    names["URI"] = _native_uri(real.URI)
    names["readBody"] = native_result(real.readBody)
    names["FileBodyProducer"] = lambda file, *args, **kwargs: real.FileBodyProducer(
        binary_stream(file), *args, **kwargs
    )
    names.update(collector_client(real))
    if hasattr(real, "HTTPClientFactory"):
        names["HTTPClientFactory"] = _client_factory(real.HTTPClientFactory)
    return names


def _client_factory(real: Any) -> Any:
    class HTTPClientFactory(real):
        """A factory whose Deferred has a native result."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.deferred.addCallback(native_deep)

    return HTTPClientFactory


def collector_client(real: Any = None) -> dict[str, Any]:
    """The `getPage`s: Twisted's, where there is one, and PythonCollector's."""
    if real is None:
        import importlib

        real = importlib.import_module("ZenPacks.zenoss.PythonCollector.web.client")
    return {"getPage": native_result(real.getPage)} if hasattr(real, "getPage") else {}
