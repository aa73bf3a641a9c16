"""TALES: the expressions that Zenoss allows in the text properties of data sources (spec §1.2).

A text is evaluated as a ``string:`` expression: ``$name`` and ``${path}`` stand for values, ``$$`` is a dollar sign,
``${a/b | c | string:none}`` is the first alternative that exists, ``${python: expr}`` is Python, ``${not: expr}`` and
``${exists: path}`` give 1 or 0. The daemon evaluates the inventory's texts by the same rules; this module serves the
code of ZenPacks, which asks for ``talesEval`` itself and whose objects have methods of their own.

A ``python:`` expression is evaluated with few builtins. That keeps accidents out, not attackers: who writes one also
names the plugin classes that run.
"""

from __future__ import annotations

import builtins
import functools
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Names = Mapping[str, Any]
Node = Callable[[Names], Any]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TYPED = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*):")
_STEP = re.compile(r"[^/|}${]*")
_MAX_DEPTH = 16
_BUILTINS = {
    name: getattr(builtins, name)
    for name in [
        "abs",
        "all",
        "any",
        "bool",
        "bytes",
        "chr",
        "dict",
        "divmod",
        "enumerate",
        "filter",
        "float",
        "frozenset",
        "getattr",
        "hasattr",
        "hash",
        "hex",
        "int",
        "isinstance",
        "len",
        "list",
        "map",
        "max",
        "min",
        "oct",
        "ord",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "sorted",
        "str",
        "sum",
        "tuple",
        "zip",
        "AttributeError",
        "IndexError",
        "KeyError",
        "TypeError",
        "ValueError",
    ]
} | {"None": None, "True": True, "False": False, "unicode": str, "basestring": str, "long": int}


class InvalidTalesException(Exception):
    """An expression that cannot be read, or whose evaluation failed."""


class MissingError(InvalidTalesException):
    """A name, attribute, item or key of a path that does not exist: the next alternative is tried."""


def tales_eval_str(text: object, here: object, extra: Names | None = None) -> str:
    """Return text with its expressions replaced by their values for the device or component here."""
    return evaluate(text, _standard_names(here, extra))


def tales_eval(expression: str, here: object, extra: Names | None = None) -> Any:
    """Return the value of a whole expression, such as ``here/id`` or ``python:here.id``, as it is."""
    scanner = _Scanner(expression + "}")
    node = scanner.expression()
    if scanner.pos != len(expression):
        raise InvalidTalesException(f"{expression!r}: column {scanner.pos + 1}: the expression should end here")
    return _guarded(expression, node, _standard_names(here, extra))


def evaluate(text: object, names: Names) -> str:
    """Return text with its expressions replaced by their values; names are those that paths begin with."""
    text = str(text)
    if "$" not in text:
        return text
    return _guarded(text, _compiled(text), names)


def _standard_names(here: object, extra: Names | None) -> dict[str, Any]:
    names = {"here": here, "context": here, "nothing": None, "now": int(time.time())}
    device = getattr(here, "device", None)
    device = device() if callable(device) else device
    if device is not None:
        names.update(device=device, dev=device, devname=getattr(device, "id", None))
    names.update(extra or {})
    return names


@functools.lru_cache(maxsize=4096)
def _compiled(text: str) -> Node:
    return _Scanner(text).text_parts(nested=False)


def _guarded(text: str, node: Node, names: Names) -> Any:
    try:
        return node(names)
    except MissingError as error:
        raise MissingError(f"{text!r}: {error}") from error
    except Exception as error:
        raise InvalidTalesException(f"{text!r}: {type(error).__name__}: {error}") from error


class _Scanner:
    """Reads texts and expressions into functions of the names."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        self.depth = 0

    def text_parts(self, nested: bool) -> Node:
        """Read text and interpolations, up to the brace that closes what is around it if nested."""
        stop = "$}" if nested else "$"
        parts: list[Node] = []
        while self.pos < len(self.text) and not (nested and self.at("}")):
            if self.at("$"):
                parts.append(self.dollar())
                continue
            start = self.pos
            while self.pos < len(self.text) and self.text[self.pos] not in stop:
                self.pos += 1
            parts.append(functools.partial(_constant, self.text[start : self.pos]))
        return lambda names: "".join([_text(part(names)) for part in parts])

    def dollar(self) -> Node:
        self.pos += 1
        if self.at("$"):
            self.pos += 1
            return functools.partial(_constant, "$")
        if self.at("{"):
            self.pos += 1
            node = self.expression()
            if not self.at("}"):
                raise self.problem("'${' is not closed by '}'")
            self.pos += 1
            return node
        name = _NAME.match(self.text, self.pos)
        if not name:
            raise self.problem("'$' must be followed by a name or '{'; write '$$' for a dollar sign")
        self.pos = name.end()
        return functools.partial(_walk, (name.group(),))

    def expression(self) -> Node:
        """Read alternatives up to the closing brace, which is left."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.problem(f"expressions are nested deeper than {_MAX_DEPTH}")
        found = [self.alternative()]
        while self.at("|"):
            self.pos += 1
            found.append(self.alternative())
        self.depth -= 1
        return found[0] if len(found) == 1 else functools.partial(_first, found)

    def alternative(self) -> Node:
        typed = _TYPED.match(self.text, self.pos)
        if not typed:
            return self.path()
        kind = typed.group(1)
        self.pos = typed.end()
        if kind == "string":
            return self.text_parts(nested=True)
        if kind == "python":
            return self.python()
        if kind == "not":
            return functools.partial(_not, self.expression())
        if kind == "exists":
            return functools.partial(_exists, self.expression())
        if kind == "nocall":
            return self.path(call=False)
        if kind == "path":
            return self.path()
        raise self.problem(f"expression type '{kind}:' is not known")

    def path(self, call: bool = True) -> Node:
        steps: list[str] = []
        while True:
            step = _STEP.match(self.text, self.pos)
            name = step.group().strip()
            if not name:
                raise self.problem("a step of the path is empty" if steps else "a path starts with a name")
            steps.append(name)
            self.pos = step.end()
            if not self.at("/"):
                break
            self.pos += 1
        if not _NAME.fullmatch(steps[0]):
            raise self.problem(f"{steps[0]!r} is no name")
        if self.pos < len(self.text) and not (self.at("|") or self.at("}")):
            raise self.problem("'/', '|' or '}' must follow a name in a path")
        return functools.partial(_walk, tuple(steps), call=call)

    def python(self) -> Node:
        """Read Python up to the first closing brace before which it makes a whole expression."""
        end = self.text.find("}", self.pos)
        while end >= 0:
            try:
                code = compile(self.text[self.pos : end].strip(), "<TALES>", "eval")
            except SyntaxError as error:
                end, problem = self.text.find("}", end + 1), error
                continue
            self.pos = end
            return functools.partial(_python, code)
        raise self.problem(f"python: {problem}" if "}" in self.text[self.pos :] else "'${' is not closed by '}'")

    def at(self, char: str) -> bool:
        return self.text.startswith(char, self.pos)

    def problem(self, text: str) -> InvalidTalesException:
        return InvalidTalesException(f"{self.text!r}: column {self.pos + 1}: {text}")


def _constant(value: str, names: Names) -> str:
    return value


def _first(alternatives: Sequence[Node], names: Names) -> Any:
    for node in alternatives[:-1]:
        try:
            return node(names)
        except MissingError:
            continue
    return alternatives[-1](names)


def _not(node: Node, names: Names) -> int:
    return int(not node(names))


def _exists(node: Node, names: Names) -> int:
    try:
        node(names)
    except MissingError:
        return 0
    return 1


def _python(code: Any, names: Names) -> Any:
    helpers = {
        "path": lambda text: tales_path(text, names),
        "exists": lambda text: _exists(lambda n: tales_path(text, n), names),
        "string": lambda text: evaluate(text, names),
        "nothing": None,
    }
    return eval(code, {"__builtins__": _BUILTINS, **helpers, **names})


def tales_path(text: str, names: Names) -> Any:
    """Return the value of a path or its alternatives, as the function ``path`` in ``python:`` expressions does."""
    return _Scanner(text + "}").expression()(names)


def _walk(steps: tuple[str, ...], names: Names, call: bool = True) -> Any:
    if steps[0] in names:
        value = names[steps[0]]
    elif steps[0] == "nothing":
        value = None
    else:
        raise MissingError(f"unknown name {steps[0]!r}")
    for done, step in enumerate(steps[1:], 1):
        value = _step(value, step, "/".join(steps[:done]))
    return _called(value) if call else value


def _called(value: Any) -> Any:
    return value() if callable(value) else value


def _step(value: Any, name: str, so_far: str) -> Any:
    """Return what value has under name. Methods on the way are called; a relation is asked for its member first."""
    for candidate in (value,) if not callable(value) else (value, _called(value)):
        found, result = _member(candidate, name)
        if found:
            return result
    raise MissingError(f"{so_far!r} has no {name!r}")


def _member(value: Any, name: str) -> tuple[bool, Any]:
    if not name.startswith("_") and not isinstance(value, Mapping):
        try:
            return True, getattr(value, name)
        except AttributeError:
            pass
    try:
        return True, value[int(name) if isinstance(value, Sequence) and name.isdigit() else name]
    except (KeyError, IndexError, TypeError, AttributeError):
        return False, None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)
