"""Python 2's order of values of different types, and the comparisons that translated code uses.

`None < 1`, `1 < 'a'` and sorting of mixed lists had answers in Python 2. Plugins rely on them without knowing: a
metric that is None is compared with a limit. Comparisons try Python 3's first, so they cost little where it has an
answer.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable
from typing import Any

from zenpython.py2.strings import native


def _rank(value: Any) -> tuple[int, str]:
    """Where a value's type stands: None first, then numbers, then by the type's name."""
    if value is None:
        return (0, "")
    if isinstance(value, (int, float)):
        return (1, "")
    return (2, {"str": "str", "ByteString": "str", "bytes": "str"}.get(type(value).__name__, type(value).__name__))


def compare(left: Any, right: Any) -> int:
    """Python 2's `cmp`: -1, 0 or 1 for any two values."""
    left, right = native(left), native(right)
    if left is right:
        return 0
    try:
        if left == right:
            return 0
        return -1 if left < right else 1
    except TypeError:
        return _compare_unlike(left, right)


def _compare_unlike(left: Any, right: Any) -> int:
    """Order of two values that Python 3 does not order."""
    if type(left) is type(right):
        if isinstance(left, (list, tuple)):
            return _compare_items(left, right)
        if isinstance(left, dict):
            return _compare_dicts(left, right)
    a, b = _rank(left), _rank(right)
    if a == b:
        # Python 2 ordered by address here: any order that stays is as good.
        a, b = (0, id(left)), (0, id(right))  # type: ignore[assignment]
    return -1 if a < b else 1


def _compare_items(left: Any, right: Any) -> int:
    for a, b in zip(left, right, strict=False):
        found = compare(a, b)
        if found:
            return found
    return (len(left) > len(right)) - (len(left) < len(right))


def _compare_dicts(left: dict[Any, Any], right: dict[Any, Any]) -> int:
    if len(left) != len(right):
        return -1 if len(left) < len(right) else 1
    key = functools.cmp_to_key(compare)
    items = [sorted(d.items(), key=lambda item: key(item)) for d in (left, right)]
    return _compare_items(*items)


def _ordered(test: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def ordered(left: Any, right: Any) -> Any:
        try:
            return test(left, right)
        except TypeError:
            return test(compare(left, right), 0)

    return ordered


less = _ordered(operator.lt)
less_equal = _ordered(operator.le)
greater = _ordered(operator.gt)
greater_equal = _ordered(operator.ge)


def equal(left: Any, right: Any) -> Any:
    """`==` where bytes of a library equal the text that a Python 2 plugin compares them with."""
    if isinstance(left, bytes) or isinstance(right, bytes):
        return native(left) == native(right)
    return left == right


def unequal(left: Any, right: Any) -> Any:
    """`!=`, as `equal`."""
    if isinstance(left, bytes) or isinstance(right, bytes):
        return native(left) != native(right)
    return left != right


def contains(item: Any, container: Any) -> bool:
    """`item in container` where either may be bytes of a library."""
    if isinstance(container, bytes):
        return native(item) in native(container)
    if isinstance(item, bytes) and not isinstance(container, (bytearray, memoryview)):
        if isinstance(container, str):
            return native(item) in container
        return item in container or native(item) in container
    return item in container


def key_of(cmp: Callable[[Any, Any], int] | None, key: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    """The Python 3 sort key that does what Python 2's `cmp` and `key` together did."""
    wrap = functools.cmp_to_key(cmp or compare)
    return (lambda value: wrap(key(value))) if key else wrap


def sort(target: Any, *args: Any, **kwargs: Any) -> Any:
    """`target.sort(...)`: lists as in Python 2 (`cmp`, mixed types), anything else by its own method."""
    if not isinstance(target, list):
        return target.sort(*args, **kwargs)
    target[:] = sorted_(target, *args, **kwargs)
    return None


def sorted_(
    values: Iterable[Any],
    cmp: Callable[[Any, Any], int] | None = None,
    key: Callable[[Any], Any] | None = None,
    reverse: bool = False,
) -> list[Any]:
    """Python 2's `sorted`."""
    values = list(values)
    if cmp is None:
        try:
            return sorted(values, key=key, reverse=bool(reverse))
        except TypeError:
            pass
    return sorted(values, key=key_of(cmp, key), reverse=bool(reverse))


def _extreme(choose: Callable[..., Any]) -> Callable[..., Any]:
    def extreme(*args: Any, key: Callable[[Any], Any] | None = None) -> Any:
        values = list(args[0] if len(args) == 1 else args)
        try:
            return choose(values, key=key)
        except TypeError:
            return choose(values, key=key_of(None, key))

    return extreme


min_ = _extreme(min)
max_ = _extreme(max)
