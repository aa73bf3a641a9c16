"""Frames: their numbers, and their cut out of a stream of bytes. docs/worker-protocol.md describes each."""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import Any

from zenpython.host.values import Codec, Unencodable

#: Version of the protocol, in hello and welcome.
VERSION = 1
#: Most bytes of a frame, without its length.
MAX_FRAME = 64 * 1024 * 1024

_LENGTH = struct.Struct(">I")


class FrameError(Exception):
    """The stream is not one of frames: the connection cannot go on."""


class FrameTooLarge(Unencodable):
    """A frame to be sent is larger than the protocol allows."""


class Order(IntEnum):
    """Frames from the daemon."""

    WELCOME = 1
    CONFIGURE = 2
    COLLECT = 3
    CANCEL = 4
    DROP = 5
    ANSWER = 6
    BUILD = 7
    DRAIN = 8
    CREDIT = 9


class Report(IntEnum):
    """Frames to the daemon."""

    HELLO = 1
    CONFIGURED = 2
    STARTED = 3
    RESULT = 4
    PUBLISH = 5
    INTERVAL = 6
    LOG = 7
    CLEANED = 8
    CALL = 9
    BUILT = 10
    BYE = 11


def framed(body: bytes) -> bytes:
    """Return the frame of an encoded array."""
    if len(body) > MAX_FRAME:
        raise FrameTooLarge(f"a frame of {len(body)} bytes: at most {MAX_FRAME} are allowed")
    return _LENGTH.pack(len(body)) + body


class FrameReader:
    """Cuts a stream of bytes into frames and decodes them."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._rest = bytearray()
        self._need = _LENGTH.size  # bytes that make the next step worth while

    def feed(self, data: bytes) -> list[list[Any]]:
        """Return the frames that are complete with this piece of the stream."""
        self._rest += data
        if len(self._rest) < self._need:
            return []
        data, self._rest, self._need = bytes(self._rest), bytearray(), _LENGTH.size
        frames, offset, view = [], 0, memoryview(data)
        while len(data) - offset >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(data, offset)
            if length > MAX_FRAME:
                raise FrameError(f"a frame of {length} bytes: at most {MAX_FRAME} are allowed")
            start = offset + _LENGTH.size
            if len(data) - start < length:
                self._need = _LENGTH.size + length
                break
            offset = start + length
            frames.append(self._decoded(view[start:offset]))
        self._rest += view[offset:]
        return frames

    def _decoded(self, body: memoryview) -> list[Any]:
        try:
            frame = self._codec.decode(body)
        except Exception as error:
            raise FrameError(f"a frame that cannot be decoded: {error}") from error
        if type(frame) is not list or not frame or type(frame[0]) is not int:
            raise FrameError("a frame that is no array with a number in front")
        return frame


def element(frame: list[Any], index: int) -> Any:
    """Return a frame's element, nil for one that is missing."""
    return frame[index] if index < len(frame) else None
