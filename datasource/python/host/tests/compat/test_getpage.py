"""getPage as plugins know it, against a real server on loopback."""

from __future__ import annotations

import pytest
from twisted.internet import defer
from twisted.internet import error as internet_error
from twisted.web import error, resource, server

from zenpython.compat import getpage, httpcaps, webclient


class _Site(resource.Resource):
    """Answers by path; counts requests."""

    isLeaf = True

    def __init__(self):
        super().__init__()
        self.seen = []
        self.waiting = []
        self.failures = 0

    def render(self, request):
        path = request.path.decode()
        self.seen.append((request.method, path))
        return getattr(self, "at_" + path.strip("/"))(request)

    def at_echo(self, request):
        agent = request.getHeader(b"user-agent")
        return b"|".join([request.method, agent, request.getHeader(b"x-key") or b"", request.content.read()])

    def at_login(self, request):
        request.addCookie(b"sid", b"42", path=b"/")
        return b"in"

    def at_cookie(self, request):
        return request.getCookie(b"sid") or b"none"

    def at_found(self, request):
        return self._redirect(request, 302)

    def at_other(self, request):
        return self._redirect(request, 303)

    def at_loop(self, request):
        request.setResponseCode(302)
        request.setHeader(b"location", b"/loop")
        return b""

    def at_denied(self, request):
        request.setResponseCode(401, b"Go away")
        return b"who are you"

    def at_flaky(self, request):
        self.failures += 1
        if self.failures < 2:
            request.setResponseCode(503)
        return b"at last"

    def at_latin(self, request):
        return b"caf\xe9"

    def at_hang(self, request):
        self.waiting.append(request)
        return server.NOT_DONE_YET

    def at_drip(self, request):
        self.gone = request.notifyFinish().addErrback(lambda failure: None)
        request.setHeader(b"content-length", b"100")
        request.write(b"some")
        return server.NOT_DONE_YET

    def _redirect(self, request, code):
        request.setResponseCode(code)
        request.setHeader(b"location", b"/echo")
        return b""


@pytest.fixture
def site(in_reactor):
    """A server: its resource and `url(path)`."""
    from twisted.internet import reactor

    root = _Site()
    factory = server.Site(root)
    port = in_reactor(reactor.listenTCP, 0, factory, interface="127.0.0.1")
    root.url = lambda path: f"http://127.0.0.1:{port.getHost().port}/{path}"
    yield root
    in_reactor(port.stopListening)


@pytest.mark.parametrize(
    ("path", "arguments", "body"),
    [
        ("echo", {}, "GET|Twisted PageGetter||"),
        ("echo", {"headers": {"User-Agent": "mine", "X-Key": "k"}}, "GET|Twisted PageGetter|k|"),
        ("echo", {"agent": "mine"}, "GET|mine||"),
        ("echo", {"method": "POST", "postdata": "a=1"}, "POST|Twisted PageGetter||a=1"),
        ("found", {"method": "POST", "postdata": "a=1"}, "POST|Twisted PageGetter||a=1"),
        ("found", {"method": "POST", "postdata": "a=1", "afterFoundGet": True}, "GET|Twisted PageGetter||"),
        ("other", {"method": "POST", "postdata": "a=1"}, "GET|Twisted PageGetter||"),
        ("latin", {}, "caf\xe9"),
    ],
)
def test_body(site, in_reactor, path, arguments, body):
    from twisted.web.client import getPage

    assert in_reactor(getPage, site.url(path), **arguments) == body


def test_bytes_url_gives_bytes(site, in_reactor):
    cookies = {}
    assert in_reactor(getpage.getPage, site.url("login").encode(), cookies=cookies) == b"in"
    assert cookies == {b"sid": b"42"}


def test_cookies_are_filled_in_place_and_sent(site, in_reactor):
    cookies = {}
    in_reactor(getpage.getPage, site.url("login"), cookies=cookies)
    assert cookies == {"sid": "42"}
    assert in_reactor(getpage.getPage, site.url("cookie"), cookies=cookies) == "42"


def test_error_has_status_message_and_response(site, in_reactor):
    with pytest.raises(error.Error) as raised:
        in_reactor(getpage.getPage, site.url("denied"))
    problem = raised.value
    assert (problem.status, problem.message, problem.response) == ("401", "Go away", "who are you")
    assert str(problem).startswith("401 ")
    with pytest.raises(error.Error) as raised:
        in_reactor(getpage.getPage, site.url("denied").encode())
    assert raised.value.status == b"401"


def test_redirect_not_followed(site, in_reactor):
    with pytest.raises(error.PageRedirect) as raised:
        in_reactor(getpage.getPage, site.url("found"), followRedirect=False)
    assert raised.value.status == "302"


def test_redirects_end(site, in_reactor):
    with pytest.raises(error.InfiniteRedirection):
        in_reactor(getpage.getPage, site.url("loop"), redirectLimit=3)
    assert len(site.seen) == 4


def test_nobody_listens(in_reactor):
    with pytest.raises(internet_error.ConnectionRefusedError):
        in_reactor(getpage.getPage, "http://127.0.0.1:1/")


def test_time_limit_in_the_body_closes_the_connection(site, in_reactor):
    with pytest.raises(defer.TimeoutError):
        in_reactor(getpage.getPage, site.url("drip"), timeout=0.2)
    in_reactor(lambda: site.gone)


def test_time_limit(site, in_reactor):
    with pytest.raises(defer.TimeoutError, match="took longer than"):
        in_reactor(getpage.getPage, site.url("hang"), timeout=0.05)


def test_bad_url_fails_the_deferred(in_reactor):
    with pytest.raises(ValueError, match="invalid hostname"):
        in_reactor(getpage.getPage, "http://127.0.0.1:port/")


def test_download(site, in_reactor, tmp_path):
    in_reactor(getpage.downloadPage, site.url("latin"), str(tmp_path / "page"))
    assert (tmp_path / "page").read_bytes() == b"caf\xe9"


def test_factory_on_a_connection_of_ones_own(site, in_reactor):
    from twisted.internet import reactor

    factory = getpage.HTTPClientFactory(site.url("echo"), headers={"X-Key": "k"})

    def connect():
        reactor.connectTCP(factory.host.decode(), factory.port, factory)
        return factory.deferred

    assert in_reactor(connect) == "GET|Twisted PageGetter|k|"
    assert factory.status == "200"
    assert "content-length" in factory.response_headers


def test_overall_cap(site, in_reactor, monkeypatch):
    caps = httpcaps.Caps(2)
    monkeypatch.setattr(httpcaps, "_caps", [caps])

    def three():
        return [getpage.getPage(site.url("hang")) for _ in range(3)]

    pages = in_reactor(three)
    assert caps.overall.tokens == 0
    assert len(caps.overall.waiting) == 1
    for page in pages:
        page.addErrback(lambda failure: None)
        in_reactor(page.cancel)
    assert caps.overall.tokens == 2


def test_pythoncollectors_own_retries(site, in_reactor):
    body, headers = in_reactor(webclient.getPage, site.url("flaky"), return_headers=True)
    assert body == "at last"
    assert headers["content-length"] == ["7"]
    assert site.failures == 2


def test_last_error_is_raised_after_retries(site, in_reactor):
    with pytest.raises(error.Error, match="401"):
        in_reactor(webclient.getPage, site.url("denied"), retry_status_codes=[401])
    assert len(site.seen) == 2


def test_keyed_caps_expire():
    now = [0.0]
    caps = httpcaps.Caps(1, clock=lambda: now[0])
    first = caps.keyed("a", 1)
    assert caps.keyed("a", 5) is first
    now[0] = 16 * 60.0
    caps.keyed("b", 1)
    assert caps.keyed("a", 5).limit == 5
