"""Translation as a whole: what is translated, line numbers, the cache, what is reported."""

from __future__ import annotations

import importlib
import linecache
import re
import threading
import traceback
import types
from pathlib import Path

import pytest

from zenpython import compat, py2
from zenpython.py2 import runtime, syntax, translation, tree


@pytest.fixture
def pack(tmp_path):
    """A pack's package; a call adds a file to it and gives its path."""
    root = tmp_path / "ZenPacks" / "test" / "Sample"
    root.mkdir(parents=True)
    for folder in (root.parent, root.parent.parent):
        (folder / "__init__.py").write_text("__import__('pkg_resources').declare_namespace(__name__)\n")
    (root / "__init__.py").write_text("")

    def add(name: str, text: str) -> str:
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return str(path)

    return add


def translated(path: str) -> py2.Translation:
    with open(path, "rb") as file:
        return py2.translate(path, file.read())


def run(path: str, name: str = "sample", package: str = "") -> dict:
    found = translated(path)
    module = types.ModuleType(name)
    module.__file__, module.__package__ = path, package
    if found.native:
        py2.prepare(module)
    exec(found.code, module.__dict__)
    return module.__dict__


PYTHON_3 = [
    "x = f'{1}'\n",
    "async def f():\n    return 1\n",
    "def f(a: int) -> int:\n    return a / 2\n",
    "from zenpython import PythonDataSourcePlugin\n",
    "class A(object):\n    def __init__(self):\n        super().__init__()\n",
    "def f(*, a):\n    return a\n",
    "try:\n    import urllib2\nexcept ImportError:\n    import urllib.request as urllib2\n",
    "import six\nx = six.text_type\nd = {}.iteritems\n",
    "import sys\nif sys.version_info[0] < 3:\n    text = unicode\n",
    "import math\nx = 1 / 2\n",
    "try: pass\nexcept ValueError as e: pass\nfor e in [[1]]: print(e[0])\n",
]

PYTHON_2 = [
    "print 'x'\n",
    "x = {}.iteritems()\n",
    "if isinstance('', basestring): pass\n",
    "import urllib2\n",
    "from urlparse import urlparse\n",
    "import urllib\nx = urllib.quote\n",
    "import string\nx = string.letters\n",
    "import base64\nx = base64.encodestring\n",
    "from zope.interface import implements\n",
    "class A(I):\n    implements(IFoo)\n",
    "class A(object):\n    __metaclass__ = type\n",
    "class A(object):\n    def __nonzero__(self): return True\n",
    "try: pass\nexcept Exception as e: x = e.message\n",
    "try: pass\nexcept Exception as e: x = e[0]\n",
    "x = sorted([], cmp=None)\n",
    "x = {1: 2}.keys()[0]\n",
    "x = map(str, [1])[0]\n",
    "x = 'a'.encode('hex')\n",
    "import sys\nprint >>sys.stderr, 'x'\n",
    "exec('x') in {}\n",
    "from twisted.web.client import getPage\n",
    "from twisted.web.client import Agent\nd = Agent(None).request('GET', 'http://x/')\n",
    "class A(object):\n    def __iter__(self): return self\n    def next(self): pass\n",
]


@pytest.mark.parametrize("text", PYTHON_3)
def test_python_3_is_left_alone(tmp_path, text):
    found = translated_text(tmp_path, text)
    assert not found.native
    assert not found.changes


@pytest.mark.parametrize("text", PYTHON_2)
def test_python_2_is_seen(tmp_path, text):
    found = translated_text(tmp_path, text)
    assert found.native
    assert found.changes


def translated_text(folder, text):
    path = folder / "alone" / "module.py"
    path.parent.mkdir()
    path.write_text(text)
    return translated(str(path))


def test_a_file_without_signs_goes_with_its_pack(pack):
    text = "def half(x):\n    return x / 2\n"
    path = pack("helper.py", text)
    translation.era.of_neighbours.cache_clear()
    assert not translated(path).native
    pack("plugin.py", "try:\n    pass\nexcept ValueError, e:\n    pass\n")
    translation.era.of_neighbours.cache_clear()
    assert run(path)["half"](7) == 3


def test_a_pack_of_zenoss_kind_without_signs_is_python_2_and_its_divisions_are_said(pack):
    text = "from ZenPacks.zenoss.PythonCollector.datasources import PythonDataSource\n\ndef f(x):\n    return x / 2\n"
    translation.era.of_neighbours.cache_clear()
    found = translated(pack("plugin.py", text))
    assert found.native
    assert [note.line for note in found.problems] == [4]
    pack("other.py", "async def f():\n    pass\n")
    translation.era.of_neighbours.cache_clear()
    assert not translated(pack("plugin.py", text)).native


def test_a_bundled_library_that_runs_on_both_is_left_alone(pack):
    pack("plugin.py", "print 'x'\n")
    plain = pack("lib/both.py", "def f(x):\n    return x / 2\n")
    translation.era.of_neighbours.cache_clear()
    assert translated(plain).native is False
    pack("lib/compat.py", "import sys\nif sys.version_info[0] == 2:\n    text = unicode\n")
    pack("lib/more.py", "for x in xrange(2): pass\n")
    translation.era.of_neighbours.cache_clear()
    assert translated(plain).native is False
    assert translated(pack("lib/old.py", "print 'x'\n")).native


def test_tracebacks_show_the_originals_lines(pack):
    text = (
        "import sys\n\ndef fail((a, b)):\n    try:\n        print a, \\\n            b\n        raise ValueError, 'x'\n"
        "    except KeyError, (c, d):\n        pass\n\nfail((1, 2))\n"
    )
    path = pack("lines.py", text)
    with pytest.raises(ValueError) as caught:
        run(path)
    frames = [frame for frame in traceback.extract_tb(caught.value.__traceback__) if frame.filename == path]
    assert [frame.lineno for frame in frames] == [11, 7]
    linecache.checkcache(path)
    assert frames[-1].line == "raise ValueError, 'x'"


def test_no_python_at_all_is_a_syntax_error_that_names_the_place(tmp_path):
    path = tmp_path / "broken.py"
    path.write_text("x = 1\nprint 'a'\nx = = 1\n")
    with pytest.raises(SyntaxError) as caught:
        translated(str(path))
    assert caught.value.filename == str(path)
    assert caught.value.lineno == 3


def test_line_ends_encodings_and_a_missing_last_newline(tmp_path):
    path = tmp_path / "odd.py"
    path.write_bytes(b"# -*- coding: latin-1 -*-\r\nprint 'x'\r\nname = u'caf\xe9'")
    assert run(str(path))["name"] == "café"


PROBLEMS = [
    ("raise 'text'\n", "a string is raised"),
    ("def f():\n    exec 'x = 1'\n", "exec without `in`"),
    ("print 1\nimport struct\n", "binary data"),
    ("print 1\nclass A(object):\n    def __setslice__(self, a, b, c): pass\n", "__setslice__"),
    ("print 1\ndef f():\n    [leak for leak in (1, 2)]\n    return leak\n", "`leak` is used after"),
]


@pytest.mark.parametrize(("text", "said"), PROBLEMS)
def test_what_cannot_be_translated_safely_is_said(tmp_path, text, said):
    assert any(said in note.text for note in translated_text(tmp_path, text).problems)


def test_implicit_relative_imports(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = tmp_path / "beside_pack"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "Daemon.py").write_text("NAME = 'beside'\n")
    (folder / "json.py").write_text("NAME = 'ours'\n")
    user, absolute = folder / "user.py", folder / "absolute.py"
    user.write_text("import Daemon\nfrom json import NAME\nresult = [Daemon.NAME, NAME]\n")
    absolute.write_text("from __future__ import absolute_import\nimport json\nresult = json.loads('1')\nxrange\n")
    importlib.import_module("beside_pack")
    assert run(str(user), "beside_pack.user", "beside_pack")["result"] == ["beside", "ours"]
    assert run(str(absolute), "beside_pack.absolute", "beside_pack")["result"] == 1


@pytest.fixture
def cached(tmp_path):
    folder = tmp_path / "cache"
    py2.use_cache(str(folder))
    yield folder
    py2.use_cache("")


def test_the_second_load_comes_from_the_cache(pack, cached, monkeypatch):
    path = pack("p.py", "try:\n    raise ValueError, 'x'\nexcept ValueError, e:\n    result = e.message\n")
    first = translated(path)
    monkeypatch.setattr(translation, "_translated", None)
    second = translated(path)
    assert second.code == first.code
    assert (second.native, second.changes, second.problems) == (True, first.changes, first.problems)
    assert run(path)["result"] == "x"


def test_changed_source_is_translated_again(pack, cached):
    path = pack("p.py", "result = 7 / 2\nprint 1\n")
    assert run(path)["result"] == 3
    pack("p.py", "result = 9 / 2\nprint 1\n")
    assert run(path)["result"] == 4


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 500])
def test_a_damaged_cache_file_is_as_good_as_none(pack, cached, damage):
    path = pack("p.py", "result = 7 / 2\nprint 1\n")
    translated(path)
    [file] = list(cached.glob("*.py2"))
    file.write_bytes(damage)
    assert run(path)["result"] == 3
    file.write_bytes(file.read_bytes()[:-1] + b"\xff")
    assert run(path)["result"] == 3


def test_a_folder_that_cannot_be_written_is_no_failure(pack, tmp_path):
    (tmp_path / "file").write_text("")
    py2.use_cache(str(tmp_path / "file" / "cache"))
    try:
        assert run(pack("p.py", "result = 7 / 2\nprint 1\n"))["result"] == 3
    finally:
        py2.use_cache("")


def test_threads_that_translate_the_same_file_agree(pack, cached):
    path = pack("p.py", "result = 7 / 2\nprint 1\n")
    found = []
    threads = [threading.Thread(target=lambda: found.append(run(path)["result"])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [3] * 8
    assert len(list(cached.iterdir())) == 1


def test_every_helper_that_the_translator_writes_is_there():
    written = re.findall(r"[\"'](_zp_\w+)[\"']", Path(tree.__file__).read_text() + Path(syntax.__file__).read_text())
    assert written
    assert {name for name in written if name != syntax.TARGET} <= set(runtime.HELPERS)


def test_class_advice_declares_what_is_implemented(tmp_path):
    compat.install({})
    path = tmp_path / "advice.py"
    path.write_text(
        "from zope.interface import implements, Interface\nimport zope.interface\n"
        "class IThing(Interface):\n    pass\n"
        "class Thing(object):\n    implements(IThing)\n"
        "class Other(object):\n    zope.interface.implements(IThing, 'a stand-in')\n"
        "result = [IThing.implementedBy(Thing), IThing.providedBy(Other())]\n"
    )
    assert run(str(path))["result"] == [True, True]
