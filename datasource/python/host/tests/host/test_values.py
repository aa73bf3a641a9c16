"""Values and frames: there and back, and what is no value of a frame."""

from __future__ import annotations

import datetime
import enum
import math
from collections import OrderedDict, defaultdict, namedtuple
from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenpython.host.frames import MAX_FRAME, FrameError, FrameReader, FrameTooLarge, framed
from zenpython.host.values import NATIVE, OPAQUE, Codec, Unencodable, Unreadable, native

KEY = b"k" * 32
CODEC = Codec(KEY)

HASHABLE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.dates()
    | st.datetimes(timezones=st.none() | st.just(datetime.timezone.utc))
    | st.decimals(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
    max_leaves=5,
)
VALUES = st.recursive(
    HASHABLE,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(HASHABLE, inner, max_size=4)
        | st.sets(HASHABLE, max_size=4)
    ),
    max_leaves=20,
)


def same(a: Any, b: Any) -> bool:
    """Equal, and of the same types all the way down."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return a == b


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_round_trip(value: Any) -> None:
    assert same(CODEC.decode(CODEC.encode(value)), value)


@settings(max_examples=200, deadline=None)
@given(st.lists(VALUES, max_size=5), st.data())
def test_frames_come_out_of_any_pieces(values: list[Any], data: st.DataObject) -> None:
    stream = b"".join(framed(CODEC.encode([i, value])) for i, value in enumerate(values))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    reader, frames = FrameReader(CODEC), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        frames += reader.feed(stream[start:end])
    assert [frame[0] for frame in frames] == list(range(len(values)))
    assert all(same(frame[1], value) for frame, value in zip(frames, values, strict=True))


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_frames_or_an_error(data: bytes) -> None:
    try:
        frames = FrameReader(CODEC).feed(framed(data))
    except FrameError:
        return
    assert all(type(frame[0]) is int for frame in frames)


class Colour(enum.IntEnum):
    RED = 1


class Name(str):
    def __str__(self) -> str:
        return "not this"


Pair = namedtuple("Pair", "a b")


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (defaultdict(dict, {"a": {"b": 1}}), {"a": {"b": 1}}),
        (OrderedDict(a=1), {"a": 1}),
        (Colour.RED, 1),
        (Name("text"), "text"),
        (Pair(1, 2), (1, 2)),
        (bytearray(b"x"), b"x"),
        (memoryview(b"x"), b"x"),
        ({"a": 1}.keys(), {"a"}),
        (2**64, 2**64),
        (-(2**63) - 1, -(2**63) - 1),
        ("lone \udc80", "lone \\udc80"),
        (math.inf, math.inf),
    ],
)
def test_what_is_nearly_plain_becomes_it(value: Any, plain: Any) -> None:
    assert same(CODEC.decode(CODEC.encode([value]))[0], plain)


def looped() -> list[Any]:
    loop: list[Any] = []
    loop.append(loop)
    return loop


def nested(levels: int) -> Any:
    value: Any = "deep"
    for level in range(levels):
        value = [value] if level % 2 else {None: (value,)}
    return value


def test_what_has_a_form_as_an_item_has_one_in_its_frame() -> None:
    deepest = next(n for n in range(100, 0, -1) if has_form(nested(n)))
    assert 50 < deepest < 100
    CODEC.encode([4, 1, "ok", {"maps": [{"maps": [{"attributes": {"a": nested(deepest)}}]}]}])


def has_form(value: Any) -> bool:
    try:
        CODEC.check(value)
    except Unencodable:
        return False
    return True


@pytest.mark.parametrize(
    "value", [object(), lambda: None, 1j, looped(), nested(101), iter([]), ValueError("x"), {"a": [object()]}]
)
def test_what_has_no_form_is_said(value: Any) -> None:
    with pytest.raises(Unencodable):
        CODEC.encode(value)
    assert CODEC.decode(CODEC.encode("still fine")) == "still fine"


def test_native_strings_are_a_character_a_byte() -> None:
    packed = msgpack.packb(msgpack.ExtType(NATIVE, b"\xe9\x00\xff"))
    text = CODEC.decode(packed)
    assert text == "\xe9\x00\xff"
    assert CODEC.encode(text) == packed


def test_opaque_values_are_read_by_processes_of_the_same_daemon() -> None:
    value = {"d": datetime.timedelta(1), "x": 1j}
    packed = Codec(KEY, opaque=True).encode(value)
    assert CODEC.decode(packed) == value


@pytest.mark.parametrize("data", [b"", b"\x80\x04N.", b"x" * 16 + b"\x80\x04N."])
def test_opaque_values_of_others_are_not_unpickled(data: bytes) -> None:
    value = CODEC.decode(msgpack.packb([msgpack.ExtType(OPAQUE, data)]))[0]
    assert isinstance(value, Unreadable)
    assert "no process of this daemon" in repr(value)


def test_frames_are_bounded() -> None:
    with pytest.raises(FrameTooLarge):
        framed(bytes(MAX_FRAME + 1))
    with pytest.raises(FrameError):
        FrameReader(CODEC).feed((MAX_FRAME + 1).to_bytes(4, "big"))


@pytest.mark.parametrize(
    "body", [b"", b"\xc0", b"\x90", b"\x91\xa1x", b"\x92\x01", b"\x91\x01\x01", b"\x91\xc7\x01\x63x"]
)
def test_what_is_no_frame_is_said(body: bytes) -> None:
    with pytest.raises(FrameError):
        FrameReader(CODEC).feed(framed(body))


@pytest.mark.parametrize(
    ("value", "text"), [(b"caf\xc3\xa9", "café"), (b"\xff", "ÿ"), ("x", "x"), (5, "5"), (ValueError("why"), "why")]
)
def test_native(value: Any, text: str) -> None:
    assert native(value) == text
