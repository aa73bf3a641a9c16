"""A builder of the frame protocol for tests: it answers ``source`` as the plugin class's name asks for.

A class named ``pack.Hang.once`` and the like does so in the first process only: it leaves a file in BUILDER_FOLDER.
"""

import json
import os
import signal
import socket
import struct
import sys
import time

import msgpack

FOLDER = os.environ.get("BUILDER_FOLDER", "")
MODE = os.environ.get("BUILDER_MODE", "")


def ext(code, items):
    """Return an extension type that holds items."""
    return msgpack.ExtType(code, msgpack.packb(items))


def first_time(name):
    """Report whether the name is seen for the first time by any process."""
    path = os.path.join(FOLDER, name)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def note(name, value):
    """Append a line for the test to read."""
    with open(os.path.join(FOLDER, name), "a", encoding="utf-8") as f:
        f.write(json.dumps(value, default=repr) + "\n")


class Builder:
    """One connection to the daemon."""

    def __init__(self):
        self.sock = socket.socket(fileno=3)
        self.stream = self.sock.makefile("rb")
        self.devices = {}
        self.packs = []

    def send(self, *elements):
        """Send one frame."""
        body = msgpack.packb(list(elements))
        self.sock.sendall(struct.pack(">I", len(body)) + body)

    def model(self, args):
        """Take in a device."""
        for device in args["devices"]:
            if device["id"] == "broken":
                raise ValueError("no such class for s3cret")
            if device["id"] == "stuck":
                time.sleep(3600)
            if FOLDER:
                note("models", device)
            self.devices[device["id"]] = device

    def types(self, args):
        """Describe the types of the packs."""
        if MODE == "loads forever":
            time.sleep(3600)
        if MODE == "no types":
            raise ImportError("no module named nothing")
        if FOLDER:
            note("types", [p["name"] for p in self.packs])
        return [
            {"sourcetype": "Python", "plugin_classname": None},
            {"sourcetype": "Shop", "plugin_classname": "pack.Shop", "cycletime": "77", "properties": {}},
        ]

    def problems(self, args):
        """Tell what failed in the packs."""
        return [{"what": "class", "name": "pack.Shaky", "type": "ImportError", "text": "no module named x"}]

    def source(self, args):
        """Answer for a data source."""
        device, source = args["object"][0], args["datasource"]
        if device not in self.devices:
            raise LookupError(device)
        name = source["plugin_classname"]
        once = not name.endswith(".once") or first_time(name)
        if "Hang" in name and once:
            time.sleep(3600)
        if "Crash" in name and once:
            os.kill(os.getpid(), signal.SIGKILL)
        if "Whole" in name:
            raise KeyError("nothing")
        if FOLDER and "Note" in name:
            note("sources", args)
        key = [device, int(source["cycletime"]), source["id"], ext(1, ["a", None])]
        errors = {}
        traceback = (
            'Traceback (most recent call last):\n  File "a.py", line 1, in x\n    y()\n'
            '  File "pack.py", line 7, in hook\n    int(z)\n'
        )
        for part in ("config_key", "params", "attributes"):
            if part in name:
                errors[part] = ["ValueError", "invalid:\n 's3cret' and 'o\\'n'", traceback]
        if "Dict" in name:
            key = [device, {"no": "key"}]
        return {
            "config_key": ext(1, key) if "NoTuple" not in name else "text",
            "params": {"set": ext(2, ["b", "c", "a"]), "id": source["id"], "pid": os.getpid() if "Pid" in name else 0},
            "attributes": {"zPort": self.devices[device]["zproperties"]["zPort"], "nope": None},
            "errors": errors,
        }

    def build(self, request, method, args):
        """Answer one request."""
        try:
            value = getattr(self, method)(args)
        except Exception as error:
            self.send(10, request, False, [type(error).__name__, str(error), ""])
        else:
            self.send(10, request, True, value)

    def serve(self):
        """Answer until the stream ends."""
        self.send(1, 1, {"pid": os.getpid(), "python": "3", "role": sys.argv[1], "twisted": "0"})
        while head := self.stream.read(4):
            kind, *rest = msgpack.unpackb(self.stream.read(struct.unpack(">I", head)[0]))
            if kind == 1:
                self.packs = rest[1]["packs"]
                if MODE == "dies":
                    sys.exit(3)
            elif kind == 7:
                self.build(*rest)
            elif kind == 8:
                self.send(11, "drained")
                sys.exit(0)


sys.argv.append("builder")
Builder().serve()
