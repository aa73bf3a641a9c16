"""Files and what behaves like them, read and written in native strings."""

from __future__ import annotations

import io as real_io
from collections.abc import Iterable, Iterator
from typing import Any

from zenpython.py2.strings import ByteString, native, to_bytes


class NativeStream:
    """A binary stream of Python 3, read and written in native strings; whatever else it has is its own."""

    def __init__(self, stream: Any) -> None:
        self.__dict__["_stream"] = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._stream, name, value)

    def __enter__(self) -> Any:
        self._stream.__enter__()
        return self

    def __exit__(self, *error: Any) -> Any:
        return self._stream.__exit__(*error)

    def __iter__(self) -> Iterator[str]:
        return map(native, self._stream)

    def __next__(self) -> str:
        return native(next(self._stream))

    def next(self) -> str:
        """The next line."""
        return self.__next__()

    def read(self, *size: int) -> Any:
        """Read, as the stream's own."""
        return native(self._stream.read(*size))

    def readline(self, *size: int) -> Any:
        """Read a line."""
        return native(self._stream.readline(*size))

    def readlines(self, *hint: int) -> list[Any]:
        """Read all lines."""
        return list(map(native, self._stream.readlines(*hint)))

    xreadlines = __iter__

    def write(self, text: Any) -> Any:
        """Write, as the stream's own."""
        return self._stream.write(to_bytes(text))

    def writelines(self, lines: Iterable[Any]) -> None:
        """Write each line."""
        for line in lines:
            self.write(line)


class NativeFile(NativeStream):
    """Python 2's `open` and `file`: bytes on disk, native strings in the program, in every mode."""

    def __init__(self, name: Any, mode: str = "r", buffering: int = -1, **options: Any) -> None:
        self.__dict__["mode"] = mode
        self.__dict__["_universal"] = "U" in mode
        plain = mode.replace("U", "").replace("b", "").replace("t", "") or "r"
        plain = plain if plain[0] in "rwax" else "r" + plain
        buffering = -1 if buffering in (0, 1) else buffering
        if options:
            # Only io.open's own callers give an encoding; theirs is text already.
            self.__dict__["_stream"] = open(name, mode.replace("U", "") or "r", buffering, **options)  # noqa: SIM115
            return
        super().__init__(open(name, plain + "b", buffering))  # noqa: SIM115

    def read(self, *size: int) -> Any:
        """Read; with universal newlines every line end is a newline."""
        return self._ends(super().read(*size))

    def readline(self, *size: int) -> Any:
        """Read a line."""
        return self._ends(super().readline(*size))

    def readlines(self, *hint: int) -> list[Any]:
        """Read all lines."""
        return list(map(self._ends, super().readlines(*hint)))

    def __iter__(self) -> Iterator[str]:
        return map(self._ends, super().__iter__())

    def _ends(self, text: Any) -> Any:
        return text.replace("\r\n", "\n").replace("\r", "\n") if self._universal else text


class NativeStringIO(real_io.StringIO):
    """Python 2's `StringIO`: native strings in memory; bytes written to it become native."""

    def __init__(self, text: Any = "") -> None:
        super().__init__(newline="")
        if text is not None:
            super().write(_text(text))
            self.seek(0)

    def write(self, text: Any) -> int:
        """Write a native string or bytes."""
        return super().write(_text(text))

    def next(self) -> str:
        """The next line."""
        return next(self)

    @property
    def len(self) -> int:
        """How much it holds."""
        return len(self.getvalue())

    def reset(self) -> None:
        """Go to the start."""
        self.seek(0)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return native(value) if isinstance(value, (bytes, bytearray)) else str(value)


def binary_stream(stream: Any) -> Any:
    """What a library that reads bytes can read of a stream of translated code."""
    if isinstance(stream, NativeStream):
        return stream._stream
    if isinstance(stream, real_io.StringIO):
        text = stream.getvalue()
        data = real_io.BytesIO(text.encode("latin-1") if _is_binary(text) else to_bytes(text))
        data.seek(stream.tell())
        return data
    return stream


def _is_binary(text: str) -> bool:
    """Whether in-memory text can only stand for bytes: it has control characters of C1 and nothing wider."""
    return isinstance(text, ByteString) or (
        any("\x80" <= char <= "\x9f" for char in text) and all(char <= "\xff" for char in text)
    )


def string_io() -> dict[str, Any]:
    """StringIO, cStringIO."""
    return {"StringIO": NativeStringIO, "InputType": NativeStringIO, "OutputType": NativeStringIO}


class _BytesIO(real_io.BytesIO):
    """`io.BytesIO` that takes native strings; libraries that read it get bytes."""

    def __init__(self, initial: Any = b"") -> None:
        super().__init__(to_bytes(initial))

    def write(self, data: Any) -> int:
        return super().write(to_bytes(data))


def io() -> dict[str, Any]:
    """io: `BytesIO` of native strings."""
    return {"BytesIO": _BytesIO}


def tempfile() -> dict[str, Any]:
    """tempfile: files are binary by default, so they take and give native strings."""
    import tempfile as real

    def wrapping(make: Any) -> Any:
        def made(*args: Any, **kwargs: Any) -> Any:
            file = make(*args, **kwargs)
            return NativeStream(file)

        return made

    return {name: wrapping(getattr(real, name)) for name in ("NamedTemporaryFile", "TemporaryFile")}


def gzip() -> dict[str, Any]:
    """gzip: file objects of translated code are read as bytes."""
    import gzip as real

    def gzip_file(
        filename: Any = None, mode: Any = None, compresslevel: int = 9, fileobj: Any = None, mtime: Any = None
    ) -> Any:
        return NativeStream(real.GzipFile(filename, mode, compresslevel, binary_stream(fileobj), mtime))

    return {"GzipFile": gzip_file, "open": lambda *args, **kwargs: NativeStream(real.open(*args, **kwargs))}
