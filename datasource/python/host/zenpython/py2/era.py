"""Whether a file is Python 2 or Python 3.

A file's own signs decide. A file without any goes with its neighbours: a pack is Python 2 as soon as one of its files
is. A pack of Zenoss's kind without any sign of either is taken for Python 2, which all such packs are: then native
strings are right, and divisions, which would be guesses, are reported.
"""

from __future__ import annotations

import ast
import contextlib
import enum
import functools
import os
import re
import warnings
from collections.abc import Iterator

from zenpython.py2 import signs

# Seen in the text of neighbours, which are not parsed: strong signs of Python 2.
_OLD_TEXT = re.compile(
    rb"^[ \t]*(?:except [^:\n#'\"]+,[ ]*\w+[ ]*:|print [\"'\w%]|import (?:urllib2|urlparse|httplib|StringIO|cStringIO|"
    rb"ConfigParser|Queue|md5)\b|from (?:urlparse|urllib2|StringIO|cStringIO|ConfigParser|Queue) import|"
    rb"implements\(|adapts\(|raise \w+, |exec [\"'\w])|\.(?:iteritems|itervalues|iterkeys|has_key)\(|"
    rb"\bisinstance\([^()\n]*(?:basestring|unicode|long)\)|\bxrange\(",
    re.MULTILINE,
)
_NEW_TEXT = re.compile(
    rb"^[ \t]*(?:async def |nonlocal )|\bfrom zenpython import|\) -> [\w\"'\[\].]+:$|\bf\"[^\"\n]*\{|\bf'[^'\n]*\{|"
    rb"\bsuper\(\)|\byield from ",
    re.MULTILINE,
)
# The surroundings of all Python 2 packs; a new pack can have them, too.
_ZENOSS_TEXT = re.compile(rb"^[ \t]*(?:from|import) (?:Products|ZenPacks|Globals)\b", re.MULTILINE)

# A library that asks for the version runs on both, files that do not ask included.
_STRADDLING_TEXT = re.compile(rb"\bsys\.version_info\b|^[ \t]*(?:import|from) (?:\S*\.)?six\b|\bPY3\b", re.MULTILINE)
_LIBRARIES = ("lib", "src")

# Signs of Python 3 that files of Python 2.6 and 2.7 can show.
_UNDECIDED = frozenset({"bytes literal", "module of Python 3"})

_SKIPPED = frozenset({"lib", "build", "dist", "docs", "tests", "__pycache__"})
_NEIGHBOURS = 500


class Era(enum.Enum):
    """What a file is written for."""

    PYTHON2 = "python2"
    #: Nothing in file or pack says so, but its kind is Python 2's.
    ASSUMED = "assumed"
    PYTHON3 = "python3"


def parse(text: str, path: str) -> ast.Module | None:
    """The tree of a file, or None if Python 3 cannot parse it."""
    with warnings.catch_warnings():
        # Old code is full of escapes that Python 3 warns of.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text, path)
        except (SyntaxError, ValueError):
            return None


def of(tree: ast.Module, path: str) -> tuple[Era, list[tuple[int, str]]]:
    """The era of a file that Python 3 parses, and the signs of Python 2 in it."""
    found = signs.find(tree, path)
    if found.straddles:
        return Era.PYTHON3, []
    decided = any(sign not in _UNDECIDED for _, sign in found.new)
    if found.old and not decided:
        return Era.PYTHON2, found.old
    if decided:
        return Era.PYTHON3, []
    neighbours = of_neighbours(root(path))
    if neighbours in (Era.PYTHON2, Era.PYTHON3):
        return neighbours, []
    if found.new:
        return Era.PYTHON3, []
    return (Era.ASSUMED if found.zenoss or neighbours else Era.PYTHON3), []


def root(path: str) -> str:
    """The outermost package of a file that is no namespace, or of a bundled library, the package in `lib`."""
    folder = os.path.dirname(os.path.abspath(path))
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        above = os.path.dirname(folder)
        if os.path.basename(above) == "lib" or _is_namespace(above):
            break
        folder = above
    return folder


def _is_namespace(folder: str) -> bool:
    try:
        with open(os.path.join(folder, "__init__.py"), "rb") as file:
            return b"declare_namespace" in file.read()
    except OSError:
        return True


@functools.lru_cache(maxsize=1024)
def of_neighbours(folder: str) -> Era | None:
    """The era that the other files of a package show, None if they show none. Kept for the process's life."""
    found = None
    sources = list(_sources(folder))
    if _is_library(folder) and any(map(_STRADDLING_TEXT.search, sources)):
        return Era.PYTHON3
    for data in sources:
        if _OLD_TEXT.search(data):
            return Era.PYTHON2
        if _NEW_TEXT.search(data):
            found = Era.PYTHON3
        elif found is None and _ZENOSS_TEXT.search(data):
            found = Era.ASSUMED
    return found


def _is_library(folder: str) -> bool:
    """Whether a package is bundled with a pack, and not the pack's own."""
    return any(part in _LIBRARIES for part in folder.split(os.sep)[-3:])


def _sources(folder: str) -> Iterator[bytes]:
    count = 0
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
        for name in sorted(files):
            if name.endswith(".py") and name != "zenpacklib.py":
                count += 1
                if count > _NEIGHBOURS:
                    return
                with contextlib.suppress(OSError), open(os.path.join(place, name), "rb") as file:
                    yield file.read()
