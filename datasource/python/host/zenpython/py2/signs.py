"""Signs of Python 2 and of Python 3 in a file that Python 3 can parse."""

# ruff: noqa: SIM905 - lists of words read better as text
from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from zenpython.py2 import scopes
from zenpython.py2.facades.table import MOVED

_BUILTINS = frozenset(
    "basestring unicode long xrange raw_input reduce unichr cmp execfile apply buffer coerce StandardError".split()
)
_METHODS = frozenset("iteritems iterkeys itervalues viewitems viewkeys viewvalues has_key".split())
_CODECS = frozenset("hex base64 zlib rot13 rot_13 string_escape string-escape bz2 uu quopri".split())
_ATTRIBUTES = frozenset(
    (module, name)
    for module, names in {
        "string": "letters lowercase uppercase maketrans join split upper lower strip replace atoi atof",
        "os": "getcwdu popen2 popen3 popen4",
        "sys": "maxint exc_clear exc_type setdefaultencoding",
        "itertools": "izip imap ifilter izip_longest ifilterfalse",
        "base64": "encodestring decodestring",
        "urllib": "quote quote_plus unquote unquote_plus urlencode urlopen urlretrieve",
        "types": "StringType StringTypes UnicodeType ListType DictType TupleType IntType LongType FloatType NoneType",
        "time": "clock",
        "collections": "Mapping MutableMapping Iterable Sequence Callable",
        "xml.etree": "cElementTree",
        "twisted.web.client": "getPage downloadPage HTTPClientFactory",
        "twisted.internet.defer": "deferredGenerator waitForDeferred",
        "zope.interface": "implements classProvides",
        "zope.component": "adapts",
    }.items()
    for name in names.split()
)
_OLD_METHODS = frozenset({"__nonzero__", "__unicode__", "__cmp__", "__getslice__", "__div__"})
_LISTED = frozenset({"keys", "values", "items"})
_ADVICE = frozenset({"implements", "adapts", "classProvides"})
_STRADDLING = frozenset({"six", "future", "past", "builtins"})
_NEW_MODULES = frozenset(
    "asyncio dataclasses enum pathlib typing contextvars configparser queue html http.client ipaddress "
    "statistics secrets zenpython".split()
)
_OLD_SURROUNDINGS = ("Products", "ZenPacks", "Globals", "zope", "ZODB", "transaction", "pkg_resources")


@dataclass
class Signs:
    """What was found: lines of Python 2 signs with what they are, whether Python 3 or both are meant."""

    old: list[tuple[int, str]] = field(default_factory=list)
    new: list[tuple[int, str]] = field(default_factory=list)
    straddles: bool = False
    #: The file has to do with Zenoss, whose code was Python 2 to the end.
    zenoss: bool = False


def find(tree: ast.Module, path: str) -> Signs:
    """Look for signs in a parsed file."""
    signs = Signs()
    bound = scopes.bound_names(tree)
    guarded = _guarded(tree)
    caught = scopes.caught_reads(tree)
    for node in ast.walk(tree):
        signs.straddles = signs.straddles or _straddles(node)
        signs.new += [(getattr(node, "lineno", 0), sign) for sign in _new(node)]
        if id(node) in guarded:
            continue
        for sign in _old(node, bound, caught, path):
            signs.old.append((getattr(node, "lineno", 0), sign))
        signs.zenoss = signs.zenoss or _is_zenoss(node)
    # A name tried under both its addresses: the file runs on either.
    signs.straddles = signs.straddles or any(
        any(_old(child, bound, caught, path)) for child in ast.walk(tree) if id(child) in guarded
    )
    return signs


def _guarded(tree: ast.Module) -> set[int]:
    """Nodes in a `try` that catches ImportError or NameError: attempts, not needs."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any(_catches_absence(handler) for handler in node.handlers):
            found.update(id(child) for child in ast.walk(node))
    return found


def _catches_absence(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in ("ImportError", "NameError") for kind in kinds)


def _straddles(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "version_info" or (node.attr in ("PY2", "PY3"))
    if isinstance(node, ast.Import):
        return any(alias.name.partition(".")[0] in _STRADDLING for alias in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in _STRADDLING


def _is_zenoss(node: ast.AST) -> bool:
    names = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and not node.level:
        names = [node.module or ""]
    return any(name.partition(".")[0] in _OLD_SURROUNDINGS for name in names)


def _new(node: ast.AST) -> Iterator[str]:
    """Signs that a file was written for Python 3."""
    if isinstance(
        node, (ast.AsyncFunctionDef, ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Nonlocal, ast.YieldFrom)
    ):
        yield type(node).__name__
    elif isinstance(node, ast.Constant) and isinstance(node.value, bytes):
        yield "bytes literal"
    elif isinstance(node, ast.Raise) and node.cause is not None:
        yield "raise … from"
    elif isinstance(node, ast.FunctionDef) and (node.returns or any(arg.annotation for arg in _arguments(node))):
        yield "annotation"
    elif isinstance(node, ast.arguments) and (node.kwonlyargs or node.posonlyargs):
        yield "keyword-only parameter"
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
        yield "super()"
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        if any(
            name in _NEW_MODULES
            or name.partition(".")[0] in _NEW_MODULES - {"http"}
            or name in ("urllib.request", "urllib.parse", "urllib.error", "collections.abc")
            for name in names
        ):
            yield "module of Python 3"
        if isinstance(node, ast.ImportFrom) and node.module == "__future__" and node.names[0].name == "annotations":
            yield "annotations"


def _arguments(node: ast.FunctionDef) -> list[ast.arg]:
    return [*node.args.args, *node.args.kwonlyargs, *node.args.posonlyargs]


def _old(node: ast.AST, bound: set[str], caught: set[int], path: str) -> Iterator[str]:
    """Signs that one node gives of Python 2."""
    look = _LOOKS.get(type(node))
    if look is not None:
        yield from look(node, bound, caught, path)


def _old_name(node: ast.Name, bound: set[str], caught: set[int], path: str) -> Iterator[str]:
    if node.id in _BUILTINS and node.id not in bound:
        yield node.id


def _old_import(node: ast.Import, bound: set[str], caught: set[int], path: str) -> Iterator[str]:
    for alias in node.names:
        if alias.name in MOVED:
            yield f"import {alias.name}"
        elif is_beside(path, alias.name):
            yield f"implicit relative import of {alias.name}"


def _old_import_from(node: ast.ImportFrom, bound: set[str], caught: set[int], path: str) -> Iterator[str]:
    if node.level:
        return
    module = node.module or ""
    if module in MOVED:
        yield f"from {module} import"
    elif is_beside(path, module):
        yield f"implicit relative import of {module}"
    yield from (f"{module}.{alias.name}" for alias in node.names if (module, alias.name) in _ATTRIBUTES)


def _old_attribute(node: ast.Attribute, bound: set[str], caught: set[int], path: str) -> Iterator[str]:
    owner = ast.unparse(node.value) if isinstance(node.value, (ast.Name, ast.Attribute)) else ""
    if (owner, node.attr) in _ATTRIBUTES and owner.partition(".")[0] in bound:
        yield f"{owner}.{node.attr}"
    elif node.attr in _METHODS and owner != "six":
        yield node.attr
    elif node.attr == "message" and id(node.value) in caught:
        yield "exception.message"


def _old_call(node: ast.Call, bound: set[str], caught: set[int], path: str) -> Iterator[str]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    first = node.args[0] if node.args else None
    literal = first.value if isinstance(first, ast.Constant) else None
    if name in ("sorted", "sort") and any(keyword.arg == "cmp" for keyword in node.keywords):
        yield "cmp="
    elif name == "sort" and node.args:
        yield ".sort(cmp)"
    elif name in ("encode", "decode") and literal in _CODECS:
        yield f".{name}({literal!r})"
    elif name == "request" and literal in ("GET", "POST", "PUT", "DELETE", "HEAD") and "Agent" in bound:
        yield "Agent.request with str"


def _old_subscript(node: ast.Subscript, bound: set[str], caught: set[int], path: str) -> Iterator[str]:
    value = node.value
    if id(value) in caught and isinstance(node.ctx, ast.Load):
        yield "exception[index]"
    if not isinstance(value, ast.Call):
        return
    if isinstance(value.func, ast.Attribute) and value.func.attr in _LISTED and not value.args:
        yield f"{value.func.attr}()[index]"
    if isinstance(value.func, ast.Name) and value.func.id in ("map", "filter", "zip"):
        yield f"{value.func.id}()[index]"


def _old_class(node: ast.ClassDef, bound: set[str], caught: set[int], path: str) -> Iterator[str]:
    names = {statement.name for statement in node.body if isinstance(statement, ast.FunctionDef)}
    yield from sorted(names & _OLD_METHODS)
    if "next" in names and "__iter__" in names and "__next__" not in names:
        yield "next()"
    for statement in node.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            called = statement.value.func
            if getattr(called, "attr", getattr(called, "id", "")) in _ADVICE:
                yield "class advice"
        elif isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == "__metaclass__":
            yield "__metaclass__"


def _old_expression(node: ast.Expr, bound: set[str], caught: set[int], path: str) -> Iterator[str]:
    """Statements of Python 2 that parse as expressions: `print >>f, x`, `print`, `exec(code) in names`."""
    value = node.value.elts[0] if isinstance(node.value, ast.Tuple) and node.value.elts else node.value
    if isinstance(value, ast.Compare):
        value = value.left
        if isinstance(value, ast.Call) and getattr(value.func, "id", "") == "exec":
            yield "exec statement"
    if isinstance(value, ast.BinOp):
        value = value.left
    elif isinstance(value, ast.Call) and value is node.value:
        return
    called = value.func if isinstance(value, ast.Call) else value
    if isinstance(called, ast.Name) and called.id == "print":
        yield "print statement"


def _old_raise(node: ast.Raise, bound: set[str], caught: set[int], path: str) -> Iterator[str]:
    if isinstance(node.exc, ast.Constant):
        yield "string exception"


_LOOKS: dict[type, Callable[..., Iterator[str]]] = {
    ast.Name: _old_name,
    ast.Import: _old_import,
    ast.ImportFrom: _old_import_from,
    ast.Attribute: _old_attribute,
    ast.Call: _old_call,
    ast.Subscript: _old_subscript,
    ast.ClassDef: _old_class,
    ast.Expr: _old_expression,
    ast.Raise: _old_raise,
}


def is_beside(path: str, module: str) -> bool:
    """Whether `module` lies beside the file in a package: what Python 2 imported first."""
    folder = os.path.dirname(path)
    first = module.partition(".")[0]
    if not first or not os.path.isfile(os.path.join(folder, "__init__.py")):
        return False
    target = os.path.join(folder, first)
    return (target + ".py" != path and os.path.isfile(target + ".py")) or os.path.isfile(
        os.path.join(target, "__init__.py")
    )
