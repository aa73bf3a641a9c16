"""`Products.ZenUtils.Utils`: the helpers that plugins and packs' modules import."""

import importlib
import os
import re
import select
import subprocess
import time

from zenpython.compat.patching import monkeypatch  # noqa: F401 - foreign name

# What an id may hold; everything else becomes an underscore (spec §7.4).
_NOT_IN_IDS = re.compile(r"[^a-zA-Z0-9\-_,.$\(\) ]")

_SPANS = (
    ("year", 365 * 86400),
    ("month", 30 * 86400),
    ("week", 7 * 86400),
    ("day", 86400),
    ("hour", 3600),
    ("minute", 60),
    ("second", 1),
)


def prepId(id, subchar="_"):
    """Make an object id of a text: see spec §7.4. None raises ValueError; other values become their text."""
    if id is None:
        raise ValueError("Ids can not be None")
    if not isinstance(id, str):
        id = id.decode("utf-8", "replace") if isinstance(id, bytes) else str(id)
    id = _NOT_IN_IDS.sub(subchar, id)
    if id.startswith(subchar):
        # Of a text that is nothing but replaced characters something must stay.
        id = id.lstrip(subchar) if len(id) > 1 else "-"
    return id.rstrip(subchar).strip()


def unused(*args):
    """Do nothing: says that names are imported for others."""


def convToUnits(number=0, divby=1024.0, unitstr="B"):
    """A number with one decimal and the largest unit prefix that fits, as `117.7MB`; '' for None."""
    if number is None:
        return ""
    value = float(number)
    for prefix in ("", "K", "M", "G", "T"):
        if abs(value) < divby:
            return f"{value:.1f}{prefix}{unitstr}"
        value /= divby
    return f"{value:.1f}P{unitstr}"


def readable_time(seconds, precision=1):
    """Seconds in words, the `precision` largest units: `1 minute 25 seconds`."""
    left, words = int(seconds or 0), []
    for name, span in _SPANS:
        count, left = divmod(left, span)
        if count:
            words.append(f"{count} {name}{'s' if count != 1 else ''}")
    return " ".join(words[:precision]) or "0 seconds"


def zenPath(*parts):
    """A path below $ZENHOME."""
    return _below(os.environ.get("ZENHOME") or "/opt/zenoss", parts)


def varPath(*parts):
    """A path below the daemon's var folder."""
    return _below(os.environ.get("ZENPYTHON_VAR_DIR") or zenPath("var"), parts)


def binPath(fileName):
    """The path of a program of the platform, sought in $ZENHOME/bin and libexec, then on PATH; None without."""
    for folder in (zenPath("bin"), zenPath("libexec"), *os.get_exec_path()):
        path = os.path.join(folder, fileName)
        if os.access(path, os.X_OK):
            return path
    return None


def sane_pathjoin(base, *parts):
    """Join paths; a leading slash of a part does not start anew."""
    return _below(base, parts)


zenpathjoin = sane_pathjoin


def zenpathsplit(path):
    """The parts of an object path."""
    return [part for part in str(path).split("/") if part]


def importClass(modulePath, classname=""):
    """The class `classname` (by default the module's last part) of a module, or of a dotted path's own last part."""
    try:
        return getattr(importlib.import_module(modulePath), classname or modulePath.rpartition(".")[2])
    except ModuleNotFoundError:
        module, _, name = modulePath.rpartition(".")
        return getattr(importlib.import_module(module), name)


def safe_hasattr(obj, name):
    """Whether `obj` has `name`; errors other than a missing attribute are raised."""
    return getattr(obj, name, _MISSING) is not _MISSING


_MISSING = object()


def nanToNone(value):
    """The value, None for NaN."""
    return None if value != value else value


def localIpCheck(device, ip):
    """Whether an address is ignored by the device's zLocalIpAddresses."""
    pattern = getattr(device, "zLocalIpAddresses", "")
    return bool(pattern and re.match(pattern, ip))


def localInterfaceCheck(device, name):
    """Whether an interface is ignored by the device's zLocalInterfaceNames."""
    pattern = getattr(device, "zLocalInterfaceNames", "")
    return bool(pattern and re.match(pattern, name))


def executeCommand(cmd, REQUEST=None, write=None):
    """Run a command (list or shell text); its lines go to `write`. Returns the exit status."""
    process = subprocess.run(cmd, shell=isinstance(cmd, str), capture_output=True, text=True, check=False)
    for line in process.stdout.splitlines(True):
        if write:
            write(line)
    return process.returncode


def executeStreamCommand(cmd, writefunc, timeout=30):
    """Run a shell command and pass each line of its output to `writefunc` as it comes; killed after `timeout`."""
    process = subprocess.Popen(cmd, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    deadline = time.monotonic() + timeout
    while True:
        ready, _, _ = select.select([process.stdout], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            process.kill()
            writefunc(f"Command timed out, maximum time allowed is {timeout} seconds\n")
            break
        line = process.stdout.readline()
        if not line:
            break
        writefunc(line)
    process.stdout.close()
    return process.wait()


def basicAuthUrl(username, password, url):
    """The URL with user name and password before the host."""
    scheme, sep, rest = url.partition("://")
    return f"{scheme}{sep}{username}:{password}@{rest}"


def getExitMessage(exitCode):
    """What a program's exit status says, in words."""
    known = {0: "Success", 1: "General error", 2: "Misuse of shell builtins", 126: "Command found but not executable"}
    if exitCode in known:
        return known[exitCode]
    if exitCode == 127:
        return "Command not found"
    return f"Exit status: {exitCode}" if exitCode < 128 else f"Fatal error signal: {exitCode - 128}"


def isRunningFromUI(context):
    """Whether a person's browser asked; never here."""
    return False


def _below(base, parts):
    return os.path.join(base, *(str(part).lstrip("/") for part in parts if part))
