"""Log records, Twisted's messages and what plugins print: all of it goes to the daemon, with the task it belongs to."""

from __future__ import annotations

import io
import logging
import sys
import threading
from typing import Any, TextIO

import msgpack
from twisted import logger as twisted_logger

from zenpython.host.connection import Connection
from zenpython.host.current import current_task
from zenpython.host.frames import Report, framed

#: Bytes that may wait for the daemon before log records are dropped; results wait behind them.
MAX_PENDING = 8 * 1024 * 1024
#: Longest text of one record, in characters.
MAX_TEXT = 65_536

_TWISTED_LEVELS = {
    twisted_logger.LogLevel.debug: logging.DEBUG,
    twisted_logger.LogLevel.info: logging.INFO,
    twisted_logger.LogLevel.warn: logging.WARNING,
    twisted_logger.LogLevel.error: logging.ERROR,
    twisted_logger.LogLevel.critical: logging.CRITICAL,
}


class FrameHandler(logging.Handler):
    """Sends log records to the daemon, from any thread."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self._dropped = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Send the record; while too much waits for the daemon it is only counted."""
        try:
            if self._connection.pending > MAX_PENDING:
                self._dropped += 1
                return
            if self._dropped:
                text = f"{self._dropped} log records dropped: the daemon did not take them"
                self._dropped = 0
                self._send(logging.WARNING, __name__, text, None)
            task = getattr(record, "task", None) or current_task.get()
            self._send(record.levelno, record.name, self.format(record), task)
        except Exception:
            self.handleError(record)

    def _send(self, level: int, name: str, text: str, task: Any) -> None:
        frame = [Report.LOG.value, level, name, text[:MAX_TEXT], task]
        # A packer of its own: records come from all threads.
        self._connection.send_from_any_thread(framed(msgpack.packb(frame, unicode_errors="backslashreplace")))


class LoggingStream(io.TextIOBase):
    """Stands in for stdout and stderr: each line that Python code writes becomes a log record.

    The descriptor below stays what it was, for child processes and for code that writes to it itself.
    """

    def __init__(self, below: TextIO, name: str, level: int) -> None:
        self._below = below
        self._logger = logging.getLogger(name)
        self._level = level
        self._partial = threading.local()

    @property
    def buffer(self) -> Any:
        """The binary stream below."""
        return self._below.buffer

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream below."""
        return self._below.encoding

    def fileno(self) -> int:
        """Return the descriptor below."""
        return self._below.fileno()

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Log the complete lines, and keep the rest for the next call of the same thread."""
        *lines, rest = (getattr(self._partial, "text", "") + text).split("\n")
        self._partial.text = ""  # a handler that prints must not find the same text again
        for line in lines:
            self._log(line)
        if len(rest) > MAX_TEXT:
            self._log(rest)
            rest = ""
        self._partial.text = rest + self._partial.text
        return len(text)

    def flush(self) -> None:
        """Do nothing: what is no line yet waits for its end."""

    def _log(self, line: str) -> None:
        if line.strip():
            self._logger.log(self._level, "%s", line)


def set_up(connection: Connection, level: int) -> None:
    """Send all log records of at least this level, Twisted's messages and printed lines to the daemon."""
    handler = FrameHandler(connection)
    handler.setFormatter(logging.Formatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)
    # Errors of the handler itself go to the real stderr: there is no other way left.
    logging.raiseExceptions = False
    twisted_logger.globalLogBeginner.beginLoggingTo([observe], redirectStandardIO=False, discardBuffer=True)
    sys.stdout = LoggingStream(sys.stdout, "stdout", logging.INFO)
    sys.stderr = LoggingStream(sys.stderr, "stderr", logging.WARNING)


def observe(event: dict[str, Any]) -> None:
    """Log an event of Twisted's logger; the errors of Deferreds that nobody handled come this way."""
    level = _TWISTED_LEVELS.get(event.get("log_level"), logging.INFO)
    name = event.get("log_namespace") or "twisted"
    if name == "log_legacy":
        name = event.get("log_system") or "twisted"
    target = logging.getLogger(name if name.startswith("twisted") else f"twisted.{name}")
    if not target.isEnabledFor(level):
        return
    text = twisted_logger.formatEvent(event) or ""
    failure = event.get("log_failure")
    if failure is not None:
        text = f"{text}\n{failure.getTraceback()}" if text else failure.getTraceback()
    if text:
        target.log(level, "%s", text.rstrip())
