"""From a source file to the code that a worker runs."""

from __future__ import annotations

import ast
import os
import threading
import types
import warnings
from dataclasses import dataclass

from zenpython.py2 import cache, era, syntax, tree
from zenpython.py2.report import Note, Notes


@dataclass(frozen=True)
class Translation:
    """A file's code.

    `native` says that it is Python 2 code: it was translated and has to be run in a module that `prepare` has prepared.
    `changes` and `problems` tell what was translated and what a person should look at.
    """

    code: types.CodeType
    native: bool
    changes: tuple[Note, ...] = ()
    problems: tuple[Note, ...] = ()


_cache: list[cache.Cache] = []
# One translation of a file at a time is enough; two threads that import the same file get the same one.
_lock = threading.RLock()


def use_cache(folder: str) -> None:
    """Keep translations in `folder` from now on; "" keeps none."""
    _cache[:] = [cache.Cache(folder)] if folder else []


def translate(path: str, source: bytes, pack: str = "") -> Translation:
    """The code of a source file of a pack, translated if it is Python 2.

    Tracebacks show `path` and its own lines. SyntaxError if the file is neither Python 2 nor Python 3.
    """
    path = os.fspath(path)
    with _lock:
        if not _cache:
            return _translated(path, source)
        name = cache.key(path.encode(), source, pack.encode(), _surroundings(path))
        kept = _cache[0].get(name)
        if kept is not None:
            code, native, changes, problems = kept
            return Translation(code, native, _notes(changes), _notes(problems))
        made = _translated(path, source)
        _cache[0].put(name, (made.code, made.native, tuple(map(tuple, made.changes)), tuple(map(tuple, made.problems))))
        return made


def _surroundings(path: str) -> bytes:
    """What a translation depends on beside the file's text: what its neighbours are, and their names."""
    try:
        beside = sorted(os.listdir(os.path.dirname(path) or "."))
    except OSError:
        beside = []
    return repr((era.of_neighbours(era.root(path)), beside)).encode()


def _notes(kept: tuple[tuple[int, str], ...]) -> tuple[Note, ...]:
    return tuple(Note(*note) for note in kept)


def _translated(path: str, source: bytes) -> Translation:
    text = syntax.text_of(source)
    parsed = era.parse(text, path)
    if parsed is None and _is_broken_python3(text):
        return Translation(_compiled(source, path), native=False)
    if parsed is not None:
        when, signs = era.of(parsed, path)
        if when is era.Era.PYTHON3:
            return Translation(_compiled(source, path), native=False)
    else:
        when, signs = era.Era.PYTHON2, []
    notes = Notes()
    for line, sign in signs:
        notes.change(line, sign)
    return _compiled_python2(path, text, parsed, when, notes)


def python2_tree(path: str, text: str, parsed: ast.Module | None, when: era.Era, notes: Notes) -> ast.Module:
    """The translated tree of Python 2 source; `parsed` is its tree where Python 3 parses it as it is."""
    targets: list[str] = []
    if parsed is None or _reads_differently(text, notes):
        rewritten = syntax.rewrite(text, path, notes)
        text, targets = rewritten.source, rewritten.targets
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = ast.parse(text, path)
    future = frozenset(
        alias.name
        for node in parsed.body
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        for alias in node.names
    )
    settings = tree.Settings(text, targets, future, assumed=when is era.Era.ASSUMED)
    return tree.translate(parsed, settings, notes)


def _reads_differently(text: str, notes: Notes) -> bool:
    r"""Whether a file that Python 3 parses says something else in Python 2's grammar: print, exec, `\u`."""
    statements = ("print statement", "exec statement")
    return "\\u" in text or "\\U" in text or "\\N" in text or any(note.text in statements for note in notes.changes)


def _compiled_python2(path: str, text: str, parsed: ast.Module | None, when: era.Era, notes: Notes) -> Translation:
    translated = python2_tree(path, text, parsed, when, notes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = compile(translated, path, "exec", dont_inherit=True)
    return Translation(code, True, tuple(sorted(set(notes.changes))), tuple(sorted(set(notes.problems))))


def _is_broken_python3(text: str) -> bool:
    """Whether a file that Python 3 cannot parse is Python 3 all the same: its own error is then the one to show."""
    return "from zenpython import" in text or "async def " in text


def _compiled(source: bytes, path: str) -> types.CodeType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile(source, path, "exec", dont_inherit=True)
