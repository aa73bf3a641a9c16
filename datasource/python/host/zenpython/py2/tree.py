"""Python 2's meaning on Python 3's tree: what parses the same and means something else.

Nodes are replaced in place with the locations they had, so tracebacks show the original's lines. Where the meaning
depends on values, a call of a helper (`runtime.HELPERS`) takes the node's place and decides when it runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from zenpython.py2 import classes, scopes
from zenpython.py2.report import Notes
from zenpython.py2.strings import ByteString, native
from zenpython.py2.syntax import TARGET

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "_zp_lt",
    ast.LtE: "_zp_le",
    ast.Gt: "_zp_gt",
    ast.GtE: "_zp_ge",
    ast.Eq: "_zp_eq",
    ast.NotEq: "_zp_ne",
    ast.In: "_zp_in",
}

# Methods without arguments: name → helper, and the change that is reported, if any.
_METHODS = {
    **{name: (f"_zp_{name}", "") for name in ("keys", "values", "items")},
    **{
        prefix + name: (f"_zp_{prefix}{name}", f"dict.{prefix}{name}()")
        for prefix in ("iter", "view")
        for name in ("keys", "values", "items")
    },
    "next": ("_zp_next", ".next()"),
    "getchildren": ("_zp_getchildren", "Element.getchildren()"),
}

_RENAMED_ATTRIBUTES = {
    "func_name": "__name__",
    "func_code": "__code__",
    "func_defaults": "__defaults__",
    "func_globals": "__globals__",
    "func_doc": "__doc__",
    "func_dict": "__dict__",
    "im_func": "__func__",
    "im_self": "__self__",
}

_ADVICE = {
    "implements": "_zp_implements",
    "adapts": "_zp_adapts",
    "classProvides": "_zp_provides",
}

_LOST_METHODS = frozenset({"__setslice__", "__delslice__", "__coerce__"})
_BINARY_MODULES = frozenset({"struct", "array", "ctypes", "mmap"})


@dataclass
class Settings:
    """What the tree alone does not say."""

    source: str
    targets: Sequence[str] = ()
    future: frozenset[str] = field(default_factory=frozenset)
    #: Whether Python 2 was only concluded from the surroundings: then divisions are reported.
    assumed: bool = False


def translate(tree: ast.Module, settings: Settings, notes: Notes) -> ast.Module:
    """Give a parsed module of Python 2 its meaning; the tree is changed in place."""
    translated = _Translator(tree, settings, notes).visit(tree)
    return ast.fix_missing_locations(translated)


def _call(name: str, args: Sequence[ast.expr], at: ast.AST, keywords: Sequence[ast.keyword] = ()) -> ast.Call:
    function = ast.copy_location(ast.Name(name, ast.Load()), at)
    return ast.copy_location(ast.Call(function, list(args), list(keywords)), at)


class _Translator(ast.NodeTransformer):
    def __init__(self, tree: ast.Module, settings: Settings, notes: Notes) -> None:
        self.settings = settings
        self.notes = notes
        self.bound = scopes.bound_names(tree)
        self.kept = scopes.outliving_handlers(tree)
        self.handlers = scopes.handler_names(tree)
        self.caught = scopes.caught_reads(tree)
        self.functions = 0
        self.ascii = settings.source.isascii()
        for line, name in scopes.leaking_comprehensions(tree):
            notes.problem(line, f"`{name}` is used after the list comprehension that sets it: Python 3 does not set it")

    # Values

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """Byte literals and escapes beyond ASCII are native strings."""
        if isinstance(node.value, bytes):
            return self._native_literal(node, node.value)
        if (
            isinstance(node.value, str)
            and node.kind != "u"
            and "unicode_literals" not in self.settings.future
            and not node.value.isascii()
            and self._is_escaped(node)
        ):
            return self._native_literal(node, node.value.encode("latin-1"))
        return node

    def _is_escaped(self, node: ast.Constant) -> bool:
        """Whether a literal's characters beyond ASCII are escapes, that is bytes, and no letters in the source."""
        if any(ord(char) > 0xFF for char in node.value):
            return False
        segment = "" if self.ascii else ast.get_source_segment(self.settings.source, node) or ""
        return segment.isascii()

    def _native_literal(self, node: ast.Constant, value: bytes) -> ast.AST:
        text = native(value)
        constant = ast.copy_location(ast.Constant(str(text)), node)
        return _call("_zp_bytes", [constant], node) if isinstance(text, ByteString) else constant

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Is no Python 2: nothing in it is."""
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """A docstring is no value."""
        return node if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    # Operators

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """`a / b`."""
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div) or not self._divides_whole(node.left, node.right):
            return node
        self._note_division(node)
        return _call("_zp_div", [node.left, node.right], node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """`a /= b`."""
        self.generic_visit(node)
        if isinstance(node.op, ast.Div) and self._divides_whole(node.value):
            self._note_division(node)
            node.value = _call("_zp_Divisor", [node.value], node.value)
        return node

    def _divides_whole(self, *operands: ast.expr) -> bool:
        return "division" not in self.settings.future and not any(map(_is_float, operands))

    def _note_division(self, node: ast.AST) -> None:
        line = node.lineno  # type: ignore[attr-defined]
        self.notes.change(line, "`/` divides whole numbers to whole numbers")
        if self.settings.assumed:
            self.notes.problem(
                line,
                "`/` is taken for Python 2's (whole numbers give a whole number), yet this file shows no other sign of "
                "Python 2: write `//`, or `from __future__ import division`",
            )

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Comparisons of unlike types, and of bytes with text."""
        self.generic_visit(node)
        operands = [node.left, *node.comparators]
        if len(node.ops) > 1 and not all(isinstance(operand, (ast.Name, ast.Constant)) for operand in operands[1:-1]):
            return node
        parts = [
            self._comparison(left, op, right, node)
            for left, op, right in zip(operands, node.ops, operands[1:], strict=False)
        ]
        if len(parts) == 1:
            return parts[0]
        return ast.copy_location(ast.BoolOp(ast.And(), parts), node)

    def _comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr, at: ast.Compare) -> ast.expr:
        plain = ast.copy_location(ast.Compare(left, [op], [right]), at)
        if isinstance(op, ast.NotIn):
            return ast.copy_location(ast.UnaryOp(ast.Not(), _call("_zp_in", [left, right], at)), at)
        helper = _COMPARISONS.get(type(op))
        if helper is None or _is_plain_comparison(left, op, right):
            return plain
        return _call(helper, [left, right], at)

    # Names, attributes, items

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`e.message`, `f.func_name`."""
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load):
            return node
        if node.attr == "message":
            if id(node.value) in self.caught:
                self.notes.change(node.lineno, "exception.message")
            return _call("_zp_message", [node.value], node)
        if node.attr in _RENAMED_ATTRIBUTES:
            self.notes.change(node.lineno, f".{node.attr}")
            node.attr = _RENAMED_ATTRIBUTES[node.attr]
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """`e[0]` where e may be an exception."""
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load) or not self._may_be_exception(node.value):
            return node
        if isinstance(node.slice, ast.Slice):
            return node
        if id(node.value) in self.caught:
            self.notes.change(node.lineno, "exception[index]")
        return _call("_zp_getitem", [node.value, node.slice], node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """`code, text = e` where e may be an exception."""
        self.generic_visit(node)
        if self._may_be_exception(node.value) and any(isinstance(t, (ast.Tuple, ast.List)) for t in node.targets):
            self.notes.change(node.lineno, "exception taken apart")
            node.value = _call("_zp_args", [node.value], node.value)
        return node

    def _may_be_exception(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.handlers
        return isinstance(node, ast.Attribute) and node.attr == "value"

    # Calls

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Methods and functions that are gone or give something else."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func)
        if isinstance(node.func, ast.Name):
            return self._function(node, node.func)
        return node

    def _method(self, node: ast.Call, function: ast.Attribute) -> ast.AST:
        name, count = function.attr, len(node.args)
        if count == 0 and not node.keywords and name in _METHODS:
            helper, change = _METHODS[name]
            if change:
                self.notes.change(node.lineno, change)
            return _call(helper, [function.value], node)
        if name in ("decode", "encode"):
            return _call(f"_zp_{name}", [function.value, *node.args], node, node.keywords)
        if name == "has_key" and count == 1:
            self.notes.change(node.lineno, "dict.has_key()")
            return _call("_zp_has_key", [function.value, *node.args], node)
        if name == "sort":
            return _call("_zp_sort", [function.value, *node.args], node, node.keywords)
        if name == "getiterator" and count <= 1:
            self.notes.change(node.lineno, "Element.getiterator()")
            return _call("_zp_getiterator", [function.value, *node.args], node)
        if name == "translate" and count and not node.keywords:
            return _call("_zp_translate", [function.value, *node.args], node)
        return node

    def _function(self, node: ast.Call, function: ast.Name) -> ast.AST:
        if function.id in ("str", "unicode") and function.id not in self.bound:
            function.id = f"_zp_{function.id}"
        elif function.id == "map" and node.args and isinstance(node.args[0], ast.Name):
            first = node.args[0]
            if first.id in ("str", "unicode") and first.id not in self.bound:
                first.id = f"_zp_{first.id}"
        return node

    # Statements

    def visit_Import(self, node: ast.Import) -> ast.AST:
        """Names are served when they are imported (`imports`); here binary modules are only reported."""
        for alias in node.names:
            self._note_binary(node, alias.name)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        """`from x import *` inside a function."""
        self._note_binary(node, node.module or "")
        if not self.functions or not any(alias.name == "*" for alias in node.names):
            return node
        self.notes.change(node.lineno, "from … import * in a function")
        arguments = [ast.Constant(node.module or ""), _call("globals", [], node), ast.Constant(None)]
        names = ast.Tuple([ast.Constant("*")], ast.Load())
        module = _call("__import__", [*arguments, names, ast.Constant(node.level)], node)
        return ast.copy_location(ast.Expr(_call("_zp_import_star", [module, _call("globals", [], node)], node)), node)

    def _note_binary(self, node: ast.stmt, name: str) -> None:
        if name in _BINARY_MODULES:
            self.notes.problem(
                node.lineno,
                f"{name}: binary data in native strings; received bytes that happen to be UTF-8 are decoded, so "
                "offsets into them may differ from Python 2",
            )

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """A string cannot be raised any more."""
        if isinstance(node.exc, ast.Constant):
            self.notes.problem(node.lineno, "a string is raised: Python 3 raises TypeError there")
        return self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        """Targets that are no names; a name that is used after the handler."""
        outlives = node in self.kept
        self.generic_visit(node)
        if node.name and node.name.startswith(TARGET):
            value = _call("_zp_args", [ast.Name(node.name, ast.Load())], node)
            node.body.insert(0, self._unpacked(node.name, value, node))
        elif node.name and outlives:
            # Python 3 deletes the name when the handler ends.
            hidden = f"_zp_caught_{node.name}"
            kept = ast.Assign([ast.Name(node.name, ast.Store())], ast.Name(hidden, ast.Load()))
            node.body.insert(0, ast.copy_location(kept, node.body[0]))
            self.notes.change(node.lineno, f"`{node.name}` outlives its except")
            node.name = hidden
        return node

    def _unpacked(self, marker: str, value: ast.expr, at: ast.AST) -> ast.stmt:
        """The assignment of what a marker holds to the target it stands for, all on the line of `at`."""
        text = self.settings.targets[int(marker.removeprefix(TARGET))]
        statement = ast.parse(f"{text} = None").body[0]
        assert isinstance(statement, ast.Assign)
        statement.value = value
        for part in ast.walk(statement):
            ast.copy_location(part, at)
        return statement

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Tuple parameters."""
        self.functions += 1
        self.generic_visit(node)
        self.functions -= 1
        unpacked = [self._unpacked(name, ast.Name(name, ast.Load()), node) for name in self._markers(node.args)]
        at = 1 if ast.get_docstring(node, clean=False) is not None else 0
        node.body[at:at] = unpacked
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """Tuple parameters: an inner lambda takes each apart."""
        self.generic_visit(node)
        for name in self._markers(node.args):
            text = self.settings.targets[int(name.removeprefix(TARGET))]
            target = ast.parse(text, mode="eval").body
            node.body = ast.copy_location(_comprehended(target, ast.Name(name, ast.Load()), node.body), node)
            for part in ast.walk(target):
                ast.copy_location(part, node)
        return node

    @staticmethod
    def _markers(arguments: ast.arguments) -> list[str]:
        return [argument.arg for argument in arguments.args if argument.arg.startswith(TARGET)]

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Class advice, metaclasses, methods under their old names."""
        functions, self.functions = self.functions, 0
        self.generic_visit(node)
        self.functions = functions
        decorators: list[ast.expr] = []
        body: list[ast.stmt] = []
        for statement in node.body:
            advice = _advice(statement)
            if advice is not None:
                self.notes.change(statement.lineno, "class advice")
                decorators.append(advice)
            elif _is_metaclass(statement) and isinstance(statement, ast.Assign):
                self.notes.change(statement.lineno, "__metaclass__")
                node.keywords.append(ast.keyword("metaclass", statement.value))
            else:
                body.append(statement)
        node.body = body or [ast.copy_location(ast.Pass(), node)]
        if self._note_methods(node):
            decorators.append(ast.copy_location(ast.Name("_zp_class", ast.Load()), node))
        node.decorator_list.extend(decorators)
        return node

    def _note_methods(self, node: ast.ClassDef) -> bool:
        methods = {name: at for at, names in _defined(node.body) for name in names}
        for name in sorted(_LOST_METHODS & methods.keys()):
            self.notes.problem(methods[name], f"{name} is not called by Python 3")
        found = classes.METHODS & methods.keys()
        for name in sorted(found - {"__eq__"}):
            self.notes.change(methods[name], f"method {name}")
        return bool(found)


def _comprehended(target: ast.expr, value: ast.expr, body: ast.expr) -> ast.expr:
    """`body` with `target` taken from `value`, as an expression: [body for target in [value]][0]."""
    for part in ast.walk(target):
        if hasattr(part, "ctx"):
            part.ctx = ast.Store()
    loop = ast.comprehension(target, ast.List([value], ast.Load()), [], 0)
    return ast.Subscript(ast.ListComp(body, [loop]), ast.Constant(0), ast.Load())


def _is_float(node: ast.expr) -> bool:
    """Whether an expression is a float for sure."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub, ast.Mult)):
        return _is_float(node.left) or _is_float(node.right)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"


def _is_plain_comparison(left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool:
    """Whether Python 3's own comparison is sure to do: with a number, of what is no bytes."""
    numbers = [isinstance(side, ast.Constant) and isinstance(side.value, (int, float)) for side in (left, right)]
    if isinstance(op, (ast.Eq, ast.NotEq)):
        return any(numbers) or any(isinstance(side, ast.Constant) and side.value is None for side in (left, right))
    counts = [
        isinstance(side, ast.Call) and isinstance(side.func, ast.Name) and side.func.id == "len"
        for side in (left, right)
    ]
    return not isinstance(op, ast.In) and all(a or b for a, b in zip(numbers, counts, strict=True))


def _advice(statement: ast.stmt) -> ast.Call | None:
    """The decorator for `implements(...)` and its like in a class body, under any module's name."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return None
    call = statement.value
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in _ADVICE:
        return None
    return _call(_ADVICE[name], call.args, call, call.keywords)


def _is_metaclass(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "__metaclass__" for target in statement.targets
    )


def _defined(body: Iterable[ast.stmt]) -> Iterable[tuple[int, list[str]]]:
    """Names that a class body defines directly, with their lines."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef):
            yield statement.lineno, [statement.name]
        elif isinstance(statement, ast.Assign):
            yield statement.lineno, [target.id for target in statement.targets if isinstance(target, ast.Name)]
