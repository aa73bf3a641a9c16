"""A pack written for Python 2, loaded as a worker loads it and run in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PACK = TESTS / "packs" / "ZenPacks.test.py2shop"

CHILD = """
import json, sys
sys.path.insert(0, sys.argv[1])
from zenpython import compat
compat.install({"packs": [{"name": "", "path": sys.argv[2]}], "options": {}, "cache": sys.argv[3]})
plugins = "ZenPacks.test.py2shop.dsplugins."
found = {}

def plain(data):
    return {"events": data["events"], "values": {str(k): v for k, v in data["values"].items()}}

Service = compat.load_class(plugins + "Service.Service")
found["up"] = plain(Service().collect(None))
Service.command = ["printf", "failed"]
found["down"] = plain(Service().collect(None))
Service.command = ["/there/is/none"]
found["missing"] = plain(Service().collect(None))
found["report"] = plain(compat.load_class(plugins + "Report").__call__().collect(None))

from twisted.internet import defer, task
from twisted.web import resource, server

class Tills(resource.Resource):
    isLeaf = True

    def render_GET(self, request):
        found.setdefault("authorization", request.getHeader("authorization"))
        if request.getHeader("accept"):
            return json.dumps({"sold": {"tea": 7}, "days": 2}).encode()
        return b"till empty: yes"

@defer.inlineCallbacks
def main(reactor):
    port = reactor.listenTCP(0, server.Site(Tills()), interface="127.0.0.1")
    Till = compat.load_class(plugins + "Till.Till")
    plugin = Till()
    import tillapi
    plugin.url = tillapi.address("127.0.0.1", port.getHost().port, b=2, a="x y")
    found["url"] = plugin.url.partition("/till")[2]
    result = yield defer.maybeDeferred(plugin.collect, None)
    found["till"] = plain(plugin.onSuccess(result, None))
    yield port.stopListening()
    try:
        yield plugin.collect(None)
    except Exception:
        from twisted.python.failure import Failure
        found["refused"] = plain(plugin.onError(Failure(), None))["events"][0]["severity"]
    print("FOUND " + json.dumps(found))

task.react(main)
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("child")
    script = folder / "child.py"
    script.write_text(CHILD)
    arguments = [sys.executable, str(script), str(TESTS.parent), str(PACK), str(folder / "cache")]
    for _ in ("translated", "from the cache"):
        done = subprocess.run(
            arguments, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "PYTHONPATH": ""}
        )
        assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.rpartition("FOUND ")[2])


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("up", {"events": [{"summary": "service is active", "severity": 0}], "values": {}}),
        ("down", {"events": [{"summary": "service is failed", "severity": 5}], "values": {}}),
        ("missing", {"events": [{"summary": "service is No such file or directory", "severity": 5}], "values": {}}),
        ("report", {"events": [], "values": {"None": {"over": 2, "first": None}}}),
        ("url", "?a=x+y&b=2"),
        ("authorization", "Basic dTpw"),
        ("till", {"events": [{"summary": "till empty", "severity": 4}], "values": {"None": {"tea": 3}}}),
        ("refused", 5),
    ],
)
def test_the_pack_gives_what_it_gave_in_python_2(found, what, expected):
    assert found[what] == expected
