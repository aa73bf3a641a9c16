"""`getPage`, `downloadPage` and `HTTPClientFactory`, which Twisted dropped in 22.1.

Kept of the old behaviour: keyword arguments, a cookies dict filled in place, redirects followed (POST stays POST but
for 303), a User-Agent header ignored in favour of `agent`, failures as `twisted.web.error.Error` with status, message
and response, https without certificate checks unless a context factory says otherwise. A URL given as `str` gets
`str` back (body, cookies, error texts), one given as `bytes` gets `bytes`.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any
from urllib.parse import urljoin

from OpenSSL import SSL
from twisted.internet import defer, protocol, ssl
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.python.failure import Failure
from twisted.web import client, error
from twisted.web._newclient import HTTP11ClientProtocol, Request, ResponseDone, ResponseFailed
from twisted.web.http import PotentialDataLoss
from twisted.web.http_headers import Headers
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from zenpython.compat import httpcaps
from zenpython.compat.text import native, octets

__all__ = ["HTTPClientFactory", "downloadPage", "getPage"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class HTTPClientFactory(protocol.ClientFactory):
    """One request: its arguments, and after it the response's parts. `deferred` fires with the body.

    For `reactor.connectTCP(host, port, factory)` as it was; `getPage` runs the same request itself and follows
    redirects, which a factory on one connection cannot.
    """

    noisy = False

    def __init__(
        self,
        url: str | bytes,
        method: str | bytes = b"GET",
        postdata: str | bytes | None = None,
        headers: MutableMapping[Any, Any] | None = None,
        agent: str | bytes = b"Twisted PageGetter",
        timeout: float = 0,
        cookies: MutableMapping[Any, Any] | None = None,
        followRedirect: bool = True,
        redirectLimit: int = 20,
        afterFoundGet: bool = False,
    ) -> None:
        self.native = isinstance(url, str)
        self.url = octets(url)
        self.method = octets(method)
        self.postdata = None if postdata is None else octets(postdata)
        self.headers = dict(headers or {})
        self.agent = octets(agent)
        self.timeout = timeout
        self.cookies = {} if cookies is None else cookies
        self.followRedirect, self.redirectLimit, self.afterFoundGet = followRedirect, redirectLimit, afterFoundGet
        self.deferred: defer.Deferred[Any] = defer.Deferred()
        self.status = self.message = self.version = self.response_headers = None
        uri = client.URI.fromBytes(self.url)
        self.scheme, self.host, self.port, self.path = uri.scheme, uri.host, uri.port, uri.originForm

    def buildProtocol(self, addr: Any) -> protocol.Protocol:
        """The connection's protocol: sends the request as soon as it is connected."""
        connection = _OneRequest(self)
        connection.factory = self
        return connection

    def clientConnectionFailed(self, connector: Any, reason: Failure) -> None:
        """The connection was not made: `deferred` fails with why."""
        if not self.deferred.called:
            self.deferred.errback(reason)

    def request_headers(self) -> Headers:
        """The request's headers, the factory's own agent and cookies among them."""
        headers = Headers()
        for name, value in self.headers.items():
            if octets(name).lower() not in (b"user-agent", b"content-length", b"host", b"connection"):
                headers.addRawHeader(octets(name), octets(value))
        headers.setRawHeaders(b"User-Agent", [self.agent])
        if self.cookies:
            pairs = [octets(name) + b"=" + octets(value) for name, value in self.cookies.items()]
            headers.setRawHeaders(b"Cookie", [b"; ".join(pairs)])
        return headers

    def body_producer(self) -> client.FileBodyProducer | None:
        """What sends the body, or None."""
        if self.postdata is None:
            return None
        import io

        return client.FileBodyProducer(io.BytesIO(self.postdata))

    def note(self, response: Any) -> None:
        """Keep the parts of a response's head, and its cookies in the caller's own dict."""
        self.status = self._text(b"%d" % response.code)
        self.message, self.version = self._text(response.phrase), response.version
        self.response_headers = {
            self._text(name.lower()): [self._text(value) for value in values]
            for name, values in response.headers.getAllRawHeaders()
        }
        if isinstance(response.length, int):
            # The client keeps the headers of the connection to itself.
            self.response_headers[self._text(b"content-length")] = [self._text(b"%d" % response.length)]
        for header in response.headers.getRawHeaders(b"set-cookie", []):
            name, _, value = header.partition(b";")[0].partition(b"=")
            self.cookies[self._text(name.strip())] = self._text(value.strip())

    def outcome(self, response: Any, body: bytes) -> Any:
        """The body of a good response; raises the Error (PageRedirect for a redirect) of another."""
        if 200 <= response.code < 300:
            return self._text(body)
        status, message = b"%d" % response.code, response.phrase
        if response.code in _REDIRECTS:
            location = response.headers.getRawHeaders(b"location", [None])[0]
            raise self._error(error.PageRedirect(status, message, body, location))
        raise self._error(error.Error(status, message, body))

    def _error(self, problem: Any) -> Any:
        if self.native:
            problem.__class__ = type(problem.__class__.__name__, (_NativeText, problem.__class__), {})
            problem.status, problem.message = native(problem.status), native(problem.message)
            problem.response = native(problem.response)
        return problem

    def _text(self, value: bytes) -> Any:
        return native(value) if self.native else value


class _NativeText:
    """Errors whose parts are str: their text is made of str, too."""

    status: str
    message: str

    def __str__(self) -> str:
        return f"{self.status} {self.message}"


class _OneRequest(HTTP11ClientProtocol):
    """A connection that carries its factory's one request."""

    factory: HTTPClientFactory

    def __init__(self, factory: HTTPClientFactory) -> None:
        super().__init__()
        self.factory = factory

    def connectionMade(self) -> None:
        """Send the request; the factory's Deferred gets its outcome."""
        factory = self.factory
        headers = factory.request_headers()
        headers.setRawHeaders(b"Host", [factory.host])
        request = Request._construct(
            factory.method, factory.path, headers, factory.body_producer(), False, client.URI.fromBytes(factory.url)
        )
        done = self.request(request)
        done.addCallback(_read, factory)
        done.addErrback(_plain_reason)
        done.chainDeferred(factory.deferred)


def getPage(
    url: str | bytes, contextFactory: Any = None, *args: Any, **kwargs: Any
) -> defer.Deferred[Any]:
    """Fetch a page; the Deferred fires with its body. Waits for a place under the process' overall cap."""
    try:
        factory = HTTPClientFactory(url, *args, **kwargs)
    except Exception:
        return defer.fail()
    return httpcaps.caps().overall.run(perform, factory, contextFactory)


def downloadPage(
    url: str | bytes, file: Any, contextFactory: Any = None, *args: Any, **kwargs: Any
) -> defer.Deferred[None]:
    """Fetch a page into `file`, a name or an object with `write`."""
    return getPage(octets(url), contextFactory, *args, **kwargs).addCallback(_save, file)


def perform(factory: HTTPClientFactory, contextFactory: Any = None, make_agent: Any = None) -> defer.Deferred[Any]:
    """Run the factory's request, redirects and time limit included, outside of any cap.

    `make_agent(policy, timeout)` gives the agent to use, for proxies.
    """
    from twisted.internet import reactor

    agent = (make_agent or _direct)(_Policy(contextFactory), factory.timeout or None)
    done = defer.ensureDeferred(_follow(agent, factory))
    if factory.timeout:
        text = f"Getting {native(factory.url)} took longer than {factory.timeout} seconds."
        done.addTimeout(factory.timeout, reactor, onTimeoutCancel=lambda result, seconds: _timed_out(result, text))
    done.addErrback(_plain_reason)
    return done


def _direct(policy: Any, timeout: float | None) -> client.Agent:
    from twisted.internet import reactor

    return client.Agent(reactor, contextFactory=policy, connectTimeout=timeout or 30)


async def _follow(agent: Any, factory: HTTPClientFactory) -> Any:
    for _ in range(factory.redirectLimit + 1):
        response = await agent.request(
            factory.method, factory.url, factory.request_headers(), factory.body_producer()
        )
        location = response.headers.getRawHeaders(b"location", [None])[0]
        if not (factory.followRedirect and response.code in _REDIRECTS and location):
            return await _read(response, factory)
        factory.note(response)
        await _body(response)
        factory.url = urljoin(factory.url, location)
        if response.code == 303 or (response.code == 302 and factory.afterFoundGet):
            factory.method, factory.postdata = b"GET", None
    raise error.InfiniteRedirection(b"%d" % response.code, b"Infinite redirection detected", location=location)


def _read(response: Any, factory: HTTPClientFactory) -> defer.Deferred[Any]:
    factory.note(response)
    body = _body(response) if factory.method != b"HEAD" else defer.succeed(b"")
    return body.addCallback(lambda read: factory.outcome(response, read))


def _body(response: Any) -> defer.Deferred[bytes]:
    """The response's body; cancelling closes the connection, which Twisted's readBody leaves open."""
    reading = _Reading(response)
    response.deliverBody(reading)
    return reading.done


class _Reading(protocol.Protocol):
    def __init__(self, response: Any) -> None:
        self._response, self._parts = response, []
        self.done: defer.Deferred[bytes] = defer.Deferred(self._cancel)

    def dataReceived(self, data: bytes) -> None:
        self._parts.append(data)

    def connectionLost(self, reason: Failure = protocol.connectionDone) -> None:
        if self.done.called:
            return
        body = b"".join(self._parts)
        if reason.check(ResponseDone, PotentialDataLoss):
            self.done.callback(body)
        else:
            self.done.errback(
                client.PartialDownloadError(b"%d" % self._response.code, self._response.phrase, body)
            )

    def _cancel(self, done: defer.Deferred[bytes]) -> None:
        if self.transport is not None:
            self.transport.loseConnection()


def _timed_out(result: Any, text: str) -> Any:
    if isinstance(result, Failure):
        result.trap(defer.CancelledError, ResponseFailed)
        raise defer.TimeoutError(text)
    return result


def _plain_reason(failure: Failure) -> Failure:
    """The cause inside Agent's wrapper: callers of getPage look for ConnectionRefusedError and the like."""
    failure.trap(Exception)
    reasons = getattr(failure.value, "reasons", None)
    if isinstance(failure.value, ResponseFailed) and reasons:
        return reasons[0] if isinstance(reasons[0], Failure) else Failure(reasons[0])
    return failure


def _save(body: bytes, file: Any) -> None:
    if hasattr(file, "write"):
        file.write(body)
        return
    with open(file, "wb") as opened:
        opened.write(body)


@implementer(IPolicyForHTTPS)
class _Policy:
    """Takes the old kind of context factory (`getContext()`); without one, certificates are not checked."""

    def __init__(self, factory: Any = None) -> None:
        self._factory = factory or ssl.CertificateOptions(verify=False)

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:
        """The connection creator for one host."""
        if IPolicyForHTTPS.providedBy(self._factory):
            return self._factory.creatorForNetloc(hostname, port)
        return _Creator(self._factory.getContext, hostname)


@implementer(IOpenSSLClientConnectionCreator)
class _Creator:
    def __init__(self, context: Callable[[], SSL.Context], hostname: bytes) -> None:
        self._context, self._hostname = context, hostname

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:
        connection = SSL.Connection(self._context(), None)
        if not self._hostname.replace(b".", b"").replace(b":", b"").isdigit():
            connection.set_tlsext_host_name(self._hostname)
        return connection
