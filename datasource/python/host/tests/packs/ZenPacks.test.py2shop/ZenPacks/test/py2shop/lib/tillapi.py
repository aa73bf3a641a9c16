"""A bundled library, as old as the pack."""
import urllib
import urlparse


def address(host, port, **query):
    parts = query.items()
    parts.sort(lambda a, b: cmp(a[0], b[0]))
    return urlparse.urljoin('http://%s:%d/' % (host, port), 'till?' + urllib.urlencode(parts))
