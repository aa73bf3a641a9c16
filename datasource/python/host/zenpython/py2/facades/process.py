"""Processes whose output is native strings: a plugin that compares it with a `str` gets the right answer."""

from __future__ import annotations

import os as real_os
import subprocess as real
from typing import Any

from zenpython.py2.facades.files import NativeStream
from zenpython.py2.strings import native, to_bytes


class Popen(real.Popen):
    """`subprocess.Popen` whose pipes and results are native strings."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("stdin", "stdout", "stderr"):
            pipe = getattr(self, name)
            if pipe is not None and not (kwargs.get("universal_newlines") or kwargs.get("text")):
                setattr(self, name, NativeStream(pipe))

    def communicate(self, input: Any = None, timeout: float | None = None) -> tuple[Any, Any]:
        """Send input, read both outputs to their end."""
        if not self.text_mode:
            input = to_bytes(input)
        out, err = super().communicate(input, timeout)
        return native(out), native(err)


def check_output(*args: Any, **kwargs: Any) -> Any:
    """Run a command, return what it wrote; CalledProcessError holds the native output, too."""
    if "input" in kwargs:
        kwargs["input"] = to_bytes(kwargs["input"])
    try:
        return native(real.check_output(*args, **kwargs))
    except real.CalledProcessError as error:
        error.output, error.stderr = native(error.output), native(error.stderr)
        raise


def run(*args: Any, **kwargs: Any) -> real.CompletedProcess[Any]:
    """`subprocess.run`, for code that has it from a backport."""
    if "input" in kwargs:
        kwargs["input"] = to_bytes(kwargs["input"])
    done = real.run(*args, **kwargs)
    done.stdout, done.stderr = native(done.stdout), native(done.stderr)
    return done


def subprocess() -> dict[str, Any]:
    """subprocess."""
    return {"Popen": Popen, "check_output": check_output, "run": run}


def _status_and_output(command: str) -> tuple[int, str]:
    """Exit status as `os.wait` has it, and the output without its last newline."""
    done = real.run(["/bin/sh", "-c", "{ " + command + "; } 2>&1"], stdout=real.PIPE, check=False)
    status = done.returncode << 8 if done.returncode >= 0 else -done.returncode
    text = native(done.stdout)
    return status, text[:-1] if text.endswith("\n") else text


def commands() -> dict[str, Any]:
    """commands, the module."""
    return {
        "getstatusoutput": _status_and_output,
        "getoutput": lambda command: _status_and_output(command)[1],
        "mkarg": _quoted,
    }


def _quoted(text: str) -> str:
    import shlex

    return " " + shlex.quote(text)


def os() -> dict[str, Any]:
    """os: getcwdu; popen and its like in native strings."""

    def popen(command: str, mode: str = "r", bufsize: int = -1) -> _Pipe:
        return _Pipe(command, mode)

    def popen2(command: Any, mode: str = "t", bufsize: int = -1) -> tuple[Any, Any]:
        child = Popen(command, shell=isinstance(command, str), stdin=real.PIPE, stdout=real.PIPE)
        return child.stdin, child.stdout

    def popen3(command: Any, mode: str = "t", bufsize: int = -1) -> tuple[Any, Any, Any]:
        child = Popen(command, shell=isinstance(command, str), stdin=real.PIPE, stdout=real.PIPE, stderr=real.PIPE)
        return child.stdin, child.stdout, child.stderr

    def popen4(command: Any, mode: str = "t", bufsize: int = -1) -> tuple[Any, Any]:
        child = Popen(command, shell=isinstance(command, str), stdin=real.PIPE, stdout=real.PIPE, stderr=real.STDOUT)
        return child.stdin, child.stdout

    return {
        "getcwdu": real_os.getcwd,
        "popen": popen,
        "popen2": popen2,
        "popen3": popen3,
        "popen4": popen4,
        "read": lambda fd, size: native(real_os.read(fd, size)),
        "write": lambda fd, data: real_os.write(fd, to_bytes(data)),
    }


class _Pipe(NativeStream):
    """What `os.popen` returns: the pipe to a shell command, whose `close` gives the wait status or None."""

    def __init__(self, command: str, mode: str) -> None:
        reads = "r" in mode
        child = real.Popen(command, shell=True, stdout=real.PIPE if reads else None, stdin=None if reads else real.PIPE)
        super().__init__(child.stdout if reads else child.stdin)
        self.__dict__["_child"] = child

    def close(self) -> int | None:
        """Close the pipe and wait for the command."""
        self._stream.close()
        code = self._child.wait()
        if code == 0:
            return None
        return code << 8 if code > 0 else -code

    def __exit__(self, *error: Any) -> None:
        self.close()
