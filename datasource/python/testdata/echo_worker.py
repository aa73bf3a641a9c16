"""A worker of the frame protocol for tests: it answers as its tasks' names and methods ask for.

It knows nothing of plugins. A run's outcome is ruled by the task's ``plugin_classname``.
"""

import ast
import datetime
import decimal
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

import msgpack

MODE = os.environ.get("ECHO_MODE", "")


class Native(bytes):
    """A native string that is no UTF-8."""


class Opaque(bytes):
    """A value that only Python reads."""


def default(value):
    """Give Python's own forms as extension types."""
    if isinstance(value, tuple):
        return msgpack.ExtType(1, pack(list(value)))
    if isinstance(value, frozenset):
        return msgpack.ExtType(3, pack(list(value)))
    if isinstance(value, set):
        return msgpack.ExtType(2, pack(list(value)))
    if isinstance(value, datetime.datetime):
        return msgpack.ExtType(4, value.isoformat(timespec="microseconds").encode())
    if isinstance(value, datetime.date):
        return msgpack.ExtType(8, value.isoformat().encode())
    if isinstance(value, decimal.Decimal):
        return msgpack.ExtType(6, str(value).encode())
    if isinstance(value, int):
        return msgpack.ExtType(5, str(value).encode())
    if isinstance(value, Native):
        return msgpack.ExtType(7, bytes(value))
    if isinstance(value, Opaque):
        return msgpack.ExtType(10, bytes(value))
    if isinstance(value, dict):
        return msgpack.ExtType(9, pack([x for pair in value.items() for x in pair]))
    raise TypeError(type(value))


def prepare(value):
    """Put dictionaries with keys that are not all text, and subclasses of bytes, into their extension types."""
    if type(value) is dict:
        if all(type(key) is str for key in value):
            return {key: prepare(item) for key, item in value.items()}
        return default(value)
    if type(value) is list:
        return [prepare(item) for item in value]
    if isinstance(value, (Native, Opaque)):
        return default(value)
    return value


def pack(value):
    """Return a value as MessagePack."""
    return msgpack.packb(prepare(value), default=default, strict_types=True)


def ext_hook(code, data):
    """Read an extension type."""
    if code in (1, 2, 3, 9):
        items = unpack(data)
        if code == 9:
            return dict(zip(items[::2], items[1::2], strict=True))
        return {1: tuple, 2: set, 3: frozenset}[code](items)
    if code == 7:
        return Native(data)
    if code == 10:
        return Opaque(data)
    text = data.decode()
    return {
        4: datetime.datetime.fromisoformat,
        8: datetime.date.fromisoformat,
        5: int,
        6: decimal.Decimal,
    }[code](text)


def unpack(data):
    """Read MessagePack."""
    return msgpack.unpackb(data, ext_hook=ext_hook, strict_map_key=False)


def first_time(name):
    """Report whether the name is seen for the first time by any process."""
    try:
        os.close(os.open(os.path.join(os.environ["ECHO_FOLDER"], name), os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


class Worker:
    """One connection to the daemon."""

    def __init__(self):
        self.sock = socket.socket(fileno=3)
        self.lock = threading.Lock()
        self.credit = 0
        self.held = []
        self.tasks = {}
        self.hook_since = self.run = 0
        self.tick = 0  # when the reactor turned last; 0 is now

    def send(self, *elements):
        """Send one frame."""
        body = pack(list(elements))
        with self.lock:
            self.sock.sendall(struct.pack(">I", len(body)) + body)

    def read(self, size):
        """Read exactly size bytes; none at the end."""
        parts = b""
        while len(parts) < size:
            part = self.sock.recv(size - len(parts))
            if not part:
                return b""
            parts += part
        return parts

    def beat(self):
        """Write heartbeats."""
        while True:
            now = time.monotonic_ns()
            os.write(4, struct.pack("<5Q", now, self.tick or now, self.hook_since, self.run, threading.active_count()))
            time.sleep(0.02)

    def result(self, *elements):
        """Send a result, or hold it while there is no credit."""
        self.held.append(elements)
        self.release()

    def release(self):
        """Send held results as far as credit goes."""
        while self.held and self.credit > 0:
            self.credit -= 1
            self.send(4, *self.held.pop(0))

    def block(self, run):
        """Hold the reactor in a hook for ever."""
        self.run, self.tick = run, time.monotonic_ns()
        self.hook_since = self.tick
        time.sleep(3600)

    def collect(self, task, run):
        """Do what the task's class says."""
        name = self.tasks.get(task, "")
        if name == "deaf" and first_time(name):
            return
        self.send(3, run)
        if name == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif name == "exit":
            os._exit(7)
        elif name == "block":
            self.block(run)
        elif name == "garbage":
            self.sock.sendall(b"this is no frame at all")
            time.sleep(3600)
        elif name == "never":
            return
        elif name == "stuck":
            self.run, self.hook_since = run, time.monotonic_ns()
            print("printed inside the hook", flush=True)
            time.sleep(3600)
        elif name == "grandchild":
            child = subprocess.Popen(["sh", "-c", "setsid sleep 3600 & echo $!; wait"], stdout=subprocess.PIPE)
            pid = int(child.stdout.readline())
            self.result(run, "ok", {"events": [{"pids": [os.getpid(), child.pid, pid]}]}, None, {})
        elif name.startswith("error"):
            self.result(run, "error", None, ["ValueError", "bad", "Traceback…"], {"seconds": 1.5, "raised": True})
        else:
            self.result(run, "ok", {"values": {None: {"dp": (1, "N")}}}, None, {"seconds": 0.25})

    def build(self, request, method, args):
        """Echo a value, or evaluate one."""
        if method == "echo":
            self.send(10, request, True, args["value"])
        elif method == "eval":
            names = {"datetime": datetime, "decimal": decimal, "Native": Native, "Opaque": Opaque}
            self.send(10, request, True, eval(args["text"], names))
        elif method == "repr":
            self.send(10, request, True, repr(args["value"]))
        elif method == "same":
            self.send(10, request, True, ast.literal_eval(args["text"]) == args["value"])
        elif method == "fail":
            self.send(10, request, False, ["KeyError", "'x'", "Traceback…"])

    def serve(self):
        """Answer frames until the stream ends."""
        while head := self.read(4):
            frame = unpack(self.read(struct.unpack(">I", head)[0]))
            kind, *rest = frame
            if kind == 2:
                self.tasks[rest[0]] = rest[1]["plugin_classname"]
                if rest[1]["plugin_classname"] == "unknown":
                    self.send(2, rest[0], ["ImportError", "no module", ""], {})
                elif rest[1]["plugin_classname"] == "block making":
                    self.block(0)
                elif rest[1]["plugin_classname"] == "crash making once" and first_time("making"):
                    os.kill(os.getpid(), signal.SIGSEGV)
                else:
                    self.send(2, rest[0], None, {"start_delay": 2.5, "loop": "epoll"})
                    self.send(7, 30, "zen.echo", "configured " + rest[1]["name"], rest[0])
            elif kind == 3:
                self.collect(rest[0], rest[1])
            elif kind == 4:
                self.result(rest[0], "timeout", None, ["CancelledError", rest[1], ""], {"timed_out": True})
            elif kind == 5:
                self.tasks.pop(rest[0], None)
                self.send(8, rest[0], None)
            elif kind == 6:
                self.send(5, 1, {"events": [{"answer": [rest[1], rest[2]]}]})
            elif kind == 7:
                self.build(*rest)
            elif kind == 8:
                self.send(11, "drained")
                os._exit(0)
            elif kind == 9:
                self.credit += rest[0]
                self.release()


def main():
    """Start as ECHO_MODE says."""
    if MODE == "no_msgpack":
        raise ModuleNotFoundError("No module named 'msgpack'", name="msgpack")
    if MODE == "silent":
        time.sleep(3600)
    if MODE == "garbage":
        os.write(3, b"Hello, I am a site-packages hook")
        time.sleep(3600)
    if os.environ.get("ZENPYTHON_WORKER") != "7f3d9a52c41e":
        sys.exit(2)
    if MODE == "noise":
        print("to stdout")
        print("to stderr", file=sys.stderr)
        sys.stdout.write("x" * 100_000)
        sys.stdout.flush()
    worker = Worker()
    if MODE != "no_beats":
        threading.Thread(target=worker.beat, daemon=True).start()
    version = 2 if MODE == "version" else 1
    worker.send(1, version, {"pid": os.getpid(), "python": sys.version.split()[0], "role": "worker", "twisted": "0"})
    if MODE == "slow":
        time.sleep(0.5)
    if MODE == "call":
        worker.credit = 1
        worker.send(9, 42, 1, "zen.service", "ping", ["a", (1, 2)], {"k": 1})
    worker.serve()


main()
