"""From Python 2's grammar to Python 3's, line by line: what must change before Python 3 can parse a file at all.

The source is parsed with fissix's Python 2 grammar and only the text of tokens is changed; no line is added or
removed, so line numbers stay the original's. Where Python 3 has no syntax at all (`except E, (a, b)`, tuple
parameters) a marker name stands in, which `tree` replaces; everything that is a matter of meaning is `tree`'s too.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from fissix import pygram, pytree
from fissix.pgen2 import driver, token
from fissix.pgen2.parse import ParseError
from fissix.pgen2.tokenize import TokenError
from fissix.pygram import python_symbols as symbols

from zenpython.py2.report import Notes

#: Marker names begin with this, the number of the target follows.
TARGET = "_zp_target_"

_TARGETS_OF_EXCEPT = 4
_KEYWORDS = frozenset({"async", "await", "nonlocal"})
_BEFORE_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\([uUN])")


class NoPython(SyntaxError):
    """The file is neither Python 3 nor Python 2."""


@dataclass
class Rewritten:
    """Source that Python 3's grammar accepts, and the targets that its markers stand for."""

    source: str
    targets: list[str] = field(default_factory=list)


def text_of(source: bytes) -> str:
    """The text of a source file: its declared encoding, else UTF-8, else latin-1; line ends are newlines."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        text = source.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        text = source.decode("latin-1")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
    return text if text.endswith("\n") else text + "\n"


def rewrite(text: str, path: str, notes: Notes) -> Rewritten:
    """Rewrite Python 2 source so that Python 3 parses it; NoPython says where it cannot be parsed."""
    tree = _parse(text, path)
    rewriter = _Rewriter(notes, "unicode_literals" in _future_names(text))
    rewriter.visit(tree)
    return Rewritten(_expand_tabs(str(tree), notes), rewriter.targets)


def _future_names(text: str) -> str:
    return " ".join(re.findall(r"^from __future__ import (.*)$", text, re.M))


def _parse(text: str, path: str) -> pytree.Base:
    """Parse with the print statement, or without it where the file does not have it."""
    grammars = [pygram.python_grammar, pygram.python_grammar_no_print_statement]
    if "print_function" in _future_names(text):
        grammars.reverse()
    first: Exception | None = None
    for grammar in grammars:
        try:
            return driver.Driver(grammar, convert=pytree.convert).parse_string(text)
        except (ParseError, TokenError, IndentationError) as error:
            first = first or error
    line = _line_of(first)
    raise NoPython(f"neither Python 2 nor Python 3 can parse this: {first}", (path, line, None, None))


def _line_of(error: Exception | None) -> int:
    context = getattr(error, "context", None)
    return context[1][0] if context else int(getattr(error, "lineno", 0) or 1)


class _Rewriter:
    """Walks the tree and changes tokens."""

    def __init__(self, notes: Notes, unicode_literals: bool) -> None:
        self.notes = notes
        self.unicode_literals = unicode_literals
        self.targets: list[str] = []
        self.nodes: dict[int, Callable[[pytree.Node], None]] = {
            symbols.print_stmt: self.print_statement,
            symbols.exec_stmt: self.exec_statement,
            symbols.raise_stmt: self.raise_statement,
            symbols.except_clause: self.except_clause,
            symbols.tfpdef: self.tuple_parameter,
            symbols.vfpdef: self.tuple_parameter,
            symbols.atom: self.atom,
            symbols.comp_for: self.comprehension,
            symbols.simple_stmt: self.bare_print,
        }

    def visit(self, node: pytree.Base) -> None:
        """Change what lies below first: a marker's text is taken from what is already Python 3."""
        if isinstance(node, pytree.Leaf):
            self.leaf(node)
            return
        for child in list(node.children):
            self.visit(child)
        change = self.nodes.get(node.type)
        if change:
            change(node)

    def print_statement(self, node: pytree.Node) -> None:
        """`print a, b` and `print >>f, a`; a comma at the end keeps the line open."""
        first, *rest = node.children
        self.note(node, "print statement")
        last = _last(node)
        if rest and rest[0].type == token.RIGHTSHIFT:
            first.value = "_zp_print_to("
            rest[0].value = rest[0].prefix = ""
        else:
            first.value = "print("
        if rest and not first.next_sibling.prefix.count("\n"):
            first.next_sibling.prefix = first.next_sibling.prefix.lstrip(" ")
        last.value += " end=' ')" if last.type == token.COMMA else ")"

    def bare_print(self, node: pytree.Node) -> None:
        """`print` alone."""
        first = node.children[0]
        if isinstance(first, pytree.Leaf) and first.type == token.NAME and first.value == "print":
            first.value = "print()"
            self.note(node, "print statement")

    def exec_statement(self, node: pytree.Node) -> None:
        """`exec code in globals, locals`."""
        code = node.children[1]
        self.note(node, "exec statement")
        if len(node.children) == 2:
            self.notes.problem(
                node.get_lineno(), "exec without `in`: names that it sets in a function are not seen there in Python 3"
            )
            if isinstance(code, pytree.Node) and code.type == symbols.atom and code.children[0].value == "(":
                return
        node.children[0].value = "exec("
        code.prefix = code.prefix.lstrip(" ")
        for child in node.children[2:3]:
            child.value, child.prefix = ",", ""
        _last(node).value += ")"

    def raise_statement(self, node: pytree.Node) -> None:
        """`raise E, V, T`."""
        if node.children[1:] and _first(node.children[1]).type == token.STRING and len(node.children) > 2:
            self.notes.problem(node.get_lineno(), "a string is raised: Python 3 raises TypeError there")
        if not any(child.type == token.COMMA for child in node.children[1:]):
            return
        self.note(node, "raise E, V")
        _first(node.children[1]).value = "_zp_exception(" + _first(node.children[1]).value
        _last(node).value += ")"

    def except_clause(self, node: pytree.Node) -> None:
        """`except E, target`."""
        if len(node.children) != _TARGETS_OF_EXCEPT or node.children[2].type != token.COMMA:
            return
        self.note(node, "except E, name")
        comma, target = node.children[2:]
        comma.value, comma.prefix = "as", " "
        if not (isinstance(target, pytree.Leaf) and target.type == token.NAME):
            target = self.stand_in(target)
        target.prefix = target.prefix or " "

    def tuple_parameter(self, node: pytree.Node) -> None:
        """`def f(a, (b, c))` and the same in lambda."""
        if node.children[0].type == token.LPAR and not _inside(node, (symbols.tfpdef, symbols.vfpdef)):
            self.note(node, "tuple parameter")
            self.stand_in(node)

    def stand_in(self, node: pytree.Base) -> pytree.Leaf:
        """Replace an assignment target by a marker; its line ends stay."""
        text = str(node).strip()
        marker = pytree.Leaf(token.NAME, f"{TARGET}{len(self.targets)}", prefix=node.prefix)
        self.targets.append(" ".join(text.split()))
        node.replace(marker)
        return marker

    def atom(self, node: pytree.Node) -> None:
        """Backticks."""
        if node.children[0].type == token.BACKQUOTE:
            self.note(node, "backticks")
            node.children[0].value, node.children[-1].value = "repr((", "))"

    def comprehension(self, node: pytree.Node) -> None:
        """`[x for x in 1, 2]`."""
        source = node.children[node.children.index(next(c for c in node.children if str(c).strip() == "in")) + 1]
        if source.type in (symbols.testlist_safe, symbols.testlist, symbols.testlist_gexp):
            self.note(node, "tuple without parentheses in a comprehension")
            _first(source).value = "(" + _first(source).value
            _last(source).value += ")"

    def leaf(self, leaf: pytree.Leaf) -> None:
        """Single tokens."""
        if leaf.type == token.NOTEQUAL and leaf.value == "<>":
            leaf.value = "!="
            self.note(leaf, "<>")
        elif leaf.type == token.NUMBER:
            self.number(leaf)
        elif leaf.type == token.STRING:
            self.string(leaf)
        elif leaf.type == token.NAME and leaf.value in _KEYWORDS:
            self.note(leaf, f"name `{leaf.value}` is a keyword now, renamed `{leaf.value}_`")
            leaf.value += "_"

    def number(self, leaf: pytree.Leaf) -> None:
        """Long and octal numbers."""
        value = leaf.value.rstrip("lL") if leaf.value[-1] in "lL" else leaf.value
        if len(value) > 1 and value[0] == "0" and value.isdigit() and int(value) != 0:
            value = "0o" + value[1:]
        if value != leaf.value:
            leaf.value = value
            self.note(leaf, "long or octal number")

    def string(self, leaf: pytree.Leaf) -> None:
        r"""Prefixes, and `\u` in strings that were bytes, where it was two characters."""
        prefix, body = re.match(r"([a-zA-Z]*)(.*)", leaf.value, re.S).groups()  # type: ignore[union-attr]
        kind = prefix.lower()
        is_text = "u" in kind or (self.unicode_literals and "b" not in kind)
        value = body
        if "r" in kind:
            # ur'' had \u escapes and no others; only they may stay single.
            escapes = is_text and _BEFORE_ESCAPE.search(body)
            value = "u" + re.sub(r"\\(?![uU])", r"\\\\", body) if escapes else "r" + body
        elif not is_text:
            value = _BEFORE_ESCAPE.sub(r"\1\\\\\2", body)
        elif "u" in kind:
            value = "u" + body
        if value != leaf.value:
            leaf.value = value
            if kind not in ("", "b", "u"):
                self.note(leaf, f"string prefix {prefix}")

    def note(self, node: pytree.Base, kind: str) -> None:
        """Record a change."""
        self.notes.change(node.get_lineno() or 0, kind)


def _first(node: pytree.Base) -> pytree.Leaf:
    while not isinstance(node, pytree.Leaf):
        node = node.children[0]
    return node


def _last(node: pytree.Base) -> pytree.Leaf:
    while not isinstance(node, pytree.Leaf):
        node = node.children[-1]
    return node


def _inside(node: pytree.Base, kinds: tuple[int, ...]) -> bool:
    parent = node.parent
    while parent is not None and parent.type not in (symbols.funcdef, symbols.lambdef):
        if parent.type in kinds:
            return True
        parent = parent.parent
    return False


def _expand_tabs(text: str, notes: Notes) -> str:
    """Indentation with tabs becomes blanks, eight columns a tab, as Python 2 read it; strings stay as they are."""
    if "\t" not in text:
        return text
    lines = text.split("\n")
    inside = set(_string_lines(text))
    for number, line in enumerate(lines, 1):
        blank = line[: len(line) - len(line.lstrip(" \t"))]
        if "\t" in blank and number not in inside:
            lines[number - 1] = blank.expandtabs(8) + line[len(blank) :]
            notes.change(number, "tabs")
    return "\n".join(lines)


def _string_lines(text: str) -> Iterator[int]:
    """Numbers of the lines that begin inside a string."""
    from fissix.pgen2.tokenize import generate_tokens

    for kind, _, (start, _), (end, _), _ in generate_tokens(io.StringIO(text).readline):
        if kind == token.STRING and end > start:
            yield from range(start + 1, end + 1)
