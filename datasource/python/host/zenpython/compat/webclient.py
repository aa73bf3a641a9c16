"""PythonCollector's own getPage: proxies from the environment, a cap a key, retries (spec §4.19)."""

from __future__ import annotations

import logging
import os
import random
from base64 import b64encode
from collections.abc import Hashable, Iterable
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import proxy_bypass_environment

from twisted.internet import defer, endpoints, error, task
from twisted.web import client
from twisted.web import error as web_error

from zenpython.compat import getpage, httpcaps
from zenpython.compat.text import native, octets

log = logging.getLogger("zen.python.web.client")

_RETRIED = (400, 408, 500, 502, 503, 504)


def getPage(
    url: str | bytes,
    return_headers: bool = False,
    concurrent_key: Hashable = None,
    concurrent_limit: int | None = None,
    max_retries: int = 1,
    retry_status_codes: Iterable[int] | None = None,
    description: str | None = None,
    *args: Any,
    **kwargs: Any,
) -> defer.Deferred[Any]:
    """Fetch a page: its body, or (body, headers: name -> values) with `return_headers`.

    Retries DNS errors and the given statuses (400, 408, 500, 502 to 504); after the last retry the error itself is
    raised (upstream fired None, spec §10 defect 12). `description` names the request in the log.
    """
    codes = frozenset(_RETRIED if retry_status_codes is None else retry_status_codes)
    run = httpcaps.caps().overall.run
    work = _attempts(url, return_headers, max_retries, codes, description or native(url), args, kwargs)
    if concurrent_key is not None and concurrent_limit:
        keyed = httpcaps.caps().keyed(concurrent_key, concurrent_limit)
        return keyed.run(run, defer.ensureDeferred, work)
    return run(defer.ensureDeferred, work)


async def _attempts(
    url: Any, return_headers: bool, retries: int, codes: frozenset[int], what: str, args: Any, kwargs: Any
) -> Any:
    from twisted.internet import reactor

    context = kwargs.pop("contextFactory", None)
    for attempt in range(retries + 1):
        factory = getpage.HTTPClientFactory(url, *args, **kwargs)
        try:
            body = await getpage.perform(factory, context, _agent_for(factory))
            return (body, factory.response_headers) if return_headers else body
        except (error.DNSLookupError, web_error.Error) as problem:
            if attempt == retries or not _retryable(problem, codes):
                raise
            log.debug("%s: %s, trying again", what, problem)
        await task.deferLater(reactor, random.random() * 4**attempt / 10, lambda: None)
    return None


def _retryable(problem: Exception, codes: frozenset[int]) -> bool:
    return isinstance(problem, error.DNSLookupError) or int(problem.status) in codes  # type: ignore[attr-defined]


def _agent_for(factory: getpage.HTTPClientFactory) -> Any:
    """What makes the agent: through the environment's proxy where it names one, else direct."""
    scheme, host = native(factory.scheme), native(factory.host)
    proxy = os.environ.get(f"{scheme}_proxy") or os.environ.get(f"{scheme.upper()}_PROXY")
    if not proxy or scheme != "http" or proxy_bypass_environment(host):
        return None
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if parts.username:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        factory.headers["Proxy-Authorization"] = b"Basic " + b64encode(octets(login))

    def make(policy: Any, timeout: float | None) -> Any:
        from twisted.internet import reactor

        endpoint = endpoints.HostnameEndpoint(reactor, octets(parts.hostname), parts.port or 3128, timeout or 30)
        return client.ProxyAgent(endpoint, reactor)

    return make
