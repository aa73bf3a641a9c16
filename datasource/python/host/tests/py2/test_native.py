"""Native strings: what they are, and that each library's edge has them for translated code."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenpython import py2
from zenpython.py2 import ordering, strings
from zenpython.py2.strings import ByteString, native, to_bytes

HOST = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@given(st.binary())
def test_what_comes_in_goes_out_unchanged(data):
    assert to_bytes(native(data)) == data
    assert to_bytes(strings.binary(data)) == data


@given(st.binary(), st.binary())
def test_joined_native_strings_are_the_joined_bytes(left, right):
    assert to_bytes(native(left) + native(right)) == left + right


@given(st.binary(), st.integers(0, 20), st.integers(0, 20))
def test_pieces_of_binary_strings_are_the_pieces_of_the_bytes(data, start, stop):
    assert to_bytes(strings.binary(data)[start:stop]) == data[start:stop]


@given(st.binary(), st.binary(min_size=1))
def test_methods_of_binary_strings_do_what_those_of_bytes_do(data, separator):
    text, cut = strings.binary(data), strings.binary(separator)
    assert list(map(to_bytes, text.split(cut))) == data.split(separator)
    assert to_bytes(text.replace(cut, "")) == data.replace(separator, b"")
    assert to_bytes(strings.binary(b"\xff").join([text, text])) == b"\xff".join([data, data])


def test_text_is_text_and_the_rest_is_marked():
    assert native("é".encode()) == "é"
    assert type(native("é".encode())) is str
    assert type(native(b"\xe9")) is ByteString
    assert native(b"\xe9") == "\xe9"
    assert native(None) is None


VALUES = st.one_of(st.none(), st.integers(), st.floats(allow_nan=False), st.text(), st.lists(st.integers()))


@given(st.lists(VALUES))
def test_any_list_sorts_and_the_order_holds(values):
    found = ordering.sorted_(values)
    assert ordering.sorted_(found) == found
    assert sorted(map(repr, found)) == sorted(map(repr, values))
    assert all(ordering.compare(a, b) <= 0 for a, b in itertools.pairwise(found))


@given(VALUES, VALUES)
def test_comparison_is_antisymmetric(a, b):
    assert ordering.compare(a, b) == -ordering.compare(b, a)


def test_a_healthy_service_is_not_reported_down(run):
    """The output of a process equals the text it is compared with: no traceback, no false alarm."""
    names = run(
        """
import subprocess

SEVERITY = {True: 0, False: 5}

def check():
    out = subprocess.check_output(['printf', 'active\\n']).strip()
    if out == 'active':
        return SEVERITY[True]
    return SEVERITY[False]

def check_communicate():
    p = subprocess.Popen('echo RUNNING', shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    out, err = p.communicate()
    return SEVERITY['RUNNING' in out and out.split('\\n')[0] == 'RUNNING' and err is None]

def check_failed():
    try:
        subprocess.check_output('echo dead; exit 3', shell=True)
    except subprocess.CalledProcessError, e:
        return [e.returncode, e.output]
"""
    )
    assert [names["check"](), names["check_communicate"](), names["check_failed"]()] == [0, 0, [3, "dead\n"]]


def test_a_healthy_service_is_not_reported_down_by_a_pack_without_any_other_sign(tmp_path):
    root = tmp_path / "Sample"
    root.mkdir()
    (root / "__init__.py").write_text("")
    path = root / "plugin.py"
    path.write_text(
        "import subprocess\n"
        "from ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource import PythonDataSourcePlugin\n"
        "def check():\n"
        "    return 'UP' if subprocess.check_output(['echo', 'up']).strip() == 'up' else 'DOWN'\n"
    )
    found = py2.translate(str(path), path.read_bytes())
    assert found.native


def test_bytes_that_slip_through_equal_their_text(run):
    names = run("def f(body):\n    return [body == 'up', body != 'up', 'u' in body, body in ('up', 'x'), str(body)]\n")
    assert names["f"](b"up") == [True, False, True, True, "up"]


def test_code_for_python_3_sees_libraries_as_they_are(tmp_path):
    path = tmp_path / "new.py"
    path.write_text("import subprocess\nout = subprocess.check_output(['echo', f'{1}'])\n")
    found = py2.translate(str(path), path.read_bytes())
    names: dict = {}
    exec(found.code, names)
    assert names["out"] == b"1\n"


SOCKETS = """
import socket, threading, base64, struct, hashlib
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind(('127.0.0.1', 0))
server.listen(1)
def serve():
    conn, address = server.accept()
    conn.sendall('got ' + conn.recv(100))
    conn.close()
thread = threading.Thread(target=serve)
thread.start()
client = socket.create_connection(server.getsockname(), 5)
client.send('PING\\xff')
result = client.recv(100)
client.close()
thread.join()
server.close()
"""


def test_sockets_take_and_give_native_strings(run):
    result = run(SOCKETS)["result"]
    assert to_bytes(result) == b"got PING\xff"


def test_binary_modules_take_and_give_native_strings(run):
    names = run(
        "import hashlib, base64, binascii, zlib, struct\n"
        "digest = hashlib.md5('a').digest()\n"
        "result = [digest.encode('hex'), base64.b64encode(digest), binascii.hexlify(digest), len(digest),\n"
        "          base64.b64decode(base64.b64encode(digest)) == digest,\n"
        "          zlib.decompress(zlib.compress(digest)) == digest,\n"
        "          struct.unpack('>H', '\\xff\\xfe')[0], '\\xff' + digest[:1]]\n"
    )
    digest = "0cc175b9c0f1b6a831c399e269772661"
    assert names["result"][:4] == [digest, "DMF1ucDxtqgxw5niaXcmYQ==", digest, 16]
    assert names["result"][4:7] == [True, True, 0xFFFE]
    assert to_bytes(names["result"][7]) == b"\xff\x0c"


def test_files_keep_bytes_that_are_no_text(run, tmp_path):
    path = tmp_path / "data"
    path.write_bytes(b"caf\xe9\n\xc3\xa9\r\n")
    names = run(
        f"path = {str(path)!r}\n"
        "lines = open(path, 'rb').readlines()\n"
        "f = open(path + '2', 'wb')\nf.writelines(lines)\nf.close()\n"
        "result = [l for l in open(path, 'U')]\n"
    )
    assert (tmp_path / "data2").read_bytes() == path.read_bytes()
    assert names["result"] == ["caf\xe9\n", "é\n"]


TWISTED = """
import sys, json
from StringIO import StringIO
from twisted.internet import reactor, defer, protocol, utils, task
from twisted.internet.defer import inlineCallbacks, returnValue
from twisted.protocols.basic import LineReceiver
from twisted.web.client import Agent, RedirectAgent, readBody, FileBodyProducer
from twisted.web.http_headers import Headers
from twisted.web.iweb import IBodyProducer
from twisted.web import server, resource
from zope.interface import implements

out = {}

class StringProducer(object):
    implements(IBodyProducer)

    def __init__(self, body):
        self.body = body
        self.length = len(body)

    def startProducing(self, consumer):
        consumer.write(self.body)
        return defer.succeed(None)

    def pauseProducing(self):
        pass

    def stopProducing(self):
        pass

class Echo(LineReceiver):
    delimiter = '\\n'

    def lineReceived(self, line):
        self.sendLine('you said ' + line)

class Ask(LineReceiver):
    delimiter = '\\n'

    def __init__(self, done):
        self.done = done

    def connectionMade(self):
        self.transport.write('hel' + 'lo\\n')

    def dataReceived(self, data):
        out['raw'] = data
        LineReceiver.dataReceived(self, data)

    def lineReceived(self, line):
        self.transport.loseConnection()
        self.done.callback(line.split(' '))

class Gather(protocol.Protocol):
    def __init__(self, done):
        self.done, self.data = done, ''

    def dataReceived(self, data):
        self.data += data

    def connectionLost(self, reason):
        self.done.callback(self.data)

@inlineCallbacks
def main(url):
    agent = RedirectAgent(Agent(reactor))
    headers = Headers({'X-Test': ['yes'], 'User-Agent': ['zen']})
    response = yield agent.request('GET', url, headers)
    out['response'] = [response.code, response.phrase, response.headers.getRawHeaders('content-type'),
                       dict(response.headers.getAllRawHeaders())['X-Reply']]
    body = yield readBody(response)
    out['body'] = ['yes' in body, body.split(chr(10))]
    response = yield Agent(reactor).request('POST', url, headers, StringProducer('caf\\xc3\\xa9'))
    out['posted'] = yield readBody(response)
    response = yield Agent(reactor).request('POST', url, None, FileBodyProducer(StringIO('filed')))
    done = defer.Deferred()
    response.deliverBody(Gather(done))
    out['gathered'] = yield done
    out['process'] = yield utils.getProcessOutput('/bin/echo', ['hi'])
    out['and'] = yield utils.getProcessOutputAndValue('/bin/sh', ['-c', 'echo o; echo e >&2; exit 4'])
    factory = protocol.Factory()
    factory.protocol = Echo
    port = reactor.listenTCP(0, factory, interface='127.0.0.1')
    done = defer.Deferred()
    asker = protocol.ClientCreator(reactor, Ask, done)
    yield asker.connectTCP('127.0.0.1', port.getHost().port)
    out['line'] = yield done
    yield port.stopListening()
    returnValue(None)
"""

SERVER = """
import json, sys, types
sys.path.insert(0, sys.argv[1])
from zenpython import compat, py2
compat.install({})
source = open(sys.argv[2], "rb").read()
found = py2.translate(sys.argv[2], source)
assert found.native
module = types.ModuleType("plugin")
py2.prepare(module)
exec(found.code, module.__dict__)

from twisted.internet import reactor, task
from twisted.web import resource, server

class Root(resource.Resource):
    isLeaf = True

    def render(self, request):
        request.setHeader("X-Reply", "some")
        request.setHeader("Content-Type", "text/plain")
        if request.method == b"GET" and request.path == b"/":
            request.redirect(b"/there")
            return b""
        if request.method == b"POST":
            return request.content.read() + b"|" + (request.getHeader("x-test") or "").encode()
        return (request.getHeader("x-test") + chr(10) + request.getHeader("user-agent")).encode()

def run(reactor):
    port = reactor.listenTCP(0, server.Site(Root()), interface="127.0.0.1")
    done = module.main("http://127.0.0.1:%d/" % port.getHost().port)
    return done.addCallback(lambda _: print(json.dumps(module.out)))

task.react(run)
"""


@pytest.fixture(scope="module")
def twisted_results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("twisted")
    (folder / "plugin.py").write_text(TWISTED)
    (folder / "server.py").write_text(SERVER)
    done = subprocess.run(
        [sys.executable, str(folder / "server.py"), HOST, str(folder / "plugin.py")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("response", [200, "OK", ["text/plain"], ["some"]]),
        ("body", [True, ["yes", "zen"]]),
        ("posted", "café|yes"),
        ("gathered", "filed|"),
        ("process", "hi\n"),
        ("and", ["o\n", "e\n", 4]),
        ("raw", "you said hello\n"),
        ("line", ["you", "said", "hello"]),
    ],
)
def test_twisted_gives_native_strings(twisted_results, what, expected):
    assert twisted_results[what] == expected
