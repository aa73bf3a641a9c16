"""What translated code calls for Python 2's meaning where Python 3's syntax means something else.

The translator writes these functions into the tree under the names of `HELPERS`; they are found among the builtins of
translated modules (`zenpython.py2.builtin`), so nothing is added to a module's own names.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, ItemsView, Iterator, KeysView, ValuesView
from typing import Any

from zenpython.py2 import classes, ordering, strings

_VIEWS = (KeysView, ValuesView, ItemsView)


def div(left: Any, right: Any) -> Any:
    """`left / right`: whole numbers divide to a whole number, rounded down."""
    if isinstance(left, int) and isinstance(right, int):
        return left // right
    return left / right


class Divisor:
    """The right side of `target /= value`, so that the target is evaluated once, as the statement has it."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __rtruediv__(self, left: Any) -> Any:
        return div(left, self.value)


def message(value: Any) -> Any:
    """`value.message`: Python 2's exceptions had one, the single argument or ''."""
    if isinstance(value, BaseException) and not hasattr(value, "message"):
        return value.args[0] if len(value.args) == 1 else ""
    return value.message


def getitem(value: Any, index: Any) -> Any:
    """`value[index]`, where an exception gives its arguments."""
    if isinstance(value, BaseException) and not hasattr(value, "__getitem__"):
        return value.args[index]
    return value[index]


def args(value: Any) -> Any:
    """What `a, b = value` takes apart: an exception gives its arguments."""
    if isinstance(value, BaseException) and not hasattr(value, "__iter__"):
        return value.args
    return value


def exception(kind: Any, value: Any = None, traceback: Any = None) -> BaseException:
    """The exception that Python 2's `raise kind, value, traceback` raises."""
    if isinstance(kind, tuple):
        kind = kind[0]
    if isinstance(kind, BaseException):
        error = kind
    elif isinstance(value, kind):
        error = value
    elif value is None:
        error = kind()
    else:
        error = kind(*value) if isinstance(value, tuple) else kind(value)
    return error.with_traceback(traceback) if traceback is not None else error


def listed(name: str) -> Callable[[Any], Any]:
    """`value.keys()` and the like as a list where the value's method gives a view or an iterator."""

    def call(value: Any) -> Any:
        result = getattr(value, name)()
        return list(result) if isinstance(result, _VIEWS) else result

    return call


def iterated(name: str) -> Callable[[Any], Any]:
    """`value.iterkeys()` and the like; `value.viewkeys()`."""
    plain = name.removeprefix("iter").removeprefix("view")

    def call(value: Any) -> Any:
        own = getattr(value, name, None)
        if own is not None:
            return own()
        result = getattr(value, plain)()
        return iter(result) if name.startswith("iter") else result

    return call


def has_key(value: Any, key: Any) -> Any:
    """`value.has_key(key)`."""
    own = getattr(value, "has_key", None)
    return own(key) if own is not None else key in value


def next_(value: Any) -> Any:
    """`value.next()`: the object's own method, else the iterator's next."""
    own = getattr(value, "next", None)
    return own() if own is not None else next(value)


def children(value: Any) -> Any:
    """`element.getchildren()`, which ElementTree has lost."""
    own = getattr(value, "getchildren", None)
    return own() if own is not None else list(value)


def iterator(value: Any, *tags: Any) -> Any:
    """`element.getiterator(tag)`, which ElementTree has lost."""
    own = getattr(value, "getiterator", None)
    return own(*tags) if own is not None else list(value.iter(*tags))


def translate(text: Any, table: Any, *deleted: str) -> Any:
    """`text.translate(table, deleted)` with Python 2's table of 256 characters, or None."""
    if not isinstance(text, str) or not (deleted or table is None):
        return text.translate(table)
    kept = "".join(char for char in text if char not in deleted[0]) if deleted else text
    return kept if table is None else kept.translate(table)


def to_str(*values: Any, **kwargs: Any) -> str:
    """`str(value)`: bytes give their native string, numbers twelve digits, as in Python 2."""
    if len(values) != 1 or kwargs:
        return str(*values, **kwargs)
    value = values[0]
    if type(value) is float:
        return _float_text(value)
    value = strings.native(value)
    return value if isinstance(value, strings.ByteString) else str(value)


def _float_text(value: float) -> str:
    text = f"{value:.12g}"
    return text if any(char in text for char in ".en") else text + ".0"


def to_unicode(*values: Any, **kwargs: Any) -> str:
    """`unicode(value, encoding, errors)`."""
    if not values:
        return ""
    value = values[0]
    if len(values) > 1 or kwargs:
        return strings.decode(value, *values[1:], **kwargs)
    own = getattr(type(value), "__unicode__", None)
    return own(value) if own is not None else to_str(value)


def print_to(stream: Any, *values: Any, end: str = "\n") -> None:
    """`print >>stream, values`."""
    stream = sys.stdout if stream is None else stream
    stream.write(" ".join(map(to_str, values)) + end)


def import_star(module: types.ModuleType, namespace: dict[str, Any]) -> None:
    """`from module import *` inside a function, which Python 3 has at the top of a module only."""
    names = getattr(module, "__all__", None) or [name for name in dir(module) if not name.startswith("_")]
    namespace.update((name, getattr(module, name)) for name in names)


def map_(function: Callable[..., Any] | None, *sequences: Any) -> list[Any]:
    """Python 2's `map`: a list; shorter sequences are filled with None."""
    if len(sequences) == 1:
        return list(sequences[0]) if function is None else [function(item) for item in sequences[0]]
    import itertools

    rows = itertools.zip_longest(*sequences)
    return list(rows) if function is None else [function(*row) for row in rows]


def filter_(function: Callable[[Any], Any] | None, values: Any) -> Any:
    """Python 2's `filter`: a string of a string, a tuple of a tuple, else a list."""
    kept: Iterator[Any] = filter(function, values)
    if isinstance(values, str):
        return "".join(kept)
    return tuple(kept) if isinstance(values, tuple) else list(kept)


def zip_(*sequences: Any) -> list[tuple[Any, ...]]:
    """Python 2's `zip`: a list."""
    return list(zip(*sequences, strict=False))


#: The names that the translator uses, and what they call.
HELPERS: dict[str, Any] = {
    "_zp_div": div,
    "_zp_Divisor": Divisor,
    "_zp_message": message,
    "_zp_getitem": getitem,
    "_zp_args": args,
    "_zp_exception": exception,
    "_zp_has_key": has_key,
    "_zp_next": next_,
    "_zp_getchildren": children,
    "_zp_getiterator": iterator,
    "_zp_translate": translate,
    "_zp_str": to_str,
    "_zp_unicode": to_unicode,
    "_zp_decode": strings.decode,
    "_zp_encode": strings.encode,
    "_zp_bytes": strings.ByteString,
    "_zp_print_to": print_to,
    "_zp_import_star": import_star,
    "_zp_sort": ordering.sort,
    "_zp_lt": ordering.less,
    "_zp_le": ordering.less_equal,
    "_zp_gt": ordering.greater,
    "_zp_ge": ordering.greater_equal,
    "_zp_eq": ordering.equal,
    "_zp_ne": ordering.unequal,
    "_zp_in": ordering.contains,
    "_zp_class": classes.adapted,
    "_zp_implements": classes.implements,
    "_zp_adapts": classes.adapts,
    "_zp_provides": classes.class_provides,
    **{f"_zp_{name}": listed(name) for name in ("keys", "values", "items")},
    **{
        f"_zp_{prefix}{name}": iterated(prefix + name)
        for prefix in ("iter", "view")
        for name in ("keys", "values", "items")
    },
}
