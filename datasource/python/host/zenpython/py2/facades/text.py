"""Modules of the standard library whose names changed, and parsers that want bytes for text."""

# ruff: noqa: SIM905 - lists of words read better as text
from __future__ import annotations

import builtins
import re
import sys as real_sys
from collections.abc import Callable
from typing import Any

from zenpython.py2 import runtime
from zenpython.py2.facades.files import binary_stream
from zenpython.py2.strings import native, to_bytes


def string() -> dict[str, Any]:
    """string: the functions that became methods, `letters`, `maketrans`."""
    import string as real

    def method(name: str) -> Callable[..., Any]:
        return lambda text, *args: getattr(text, name)(*args)

    names: dict[str, Any] = {
        name: method(name)
        for name in (
            "capitalize center count expandtabs find index ljust lower lstrip replace rfind rindex rjust rstrip split "
            "strip swapcase upper zfill"
        ).split()
    }
    names.update(
        atof=float,
        atoi=int,
        atol=int,
        join=lambda words, sep=" ": sep.join(words),
        joinfields=lambda words, sep=" ": sep.join(words),
        letters=real.ascii_letters,
        lowercase=real.ascii_lowercase,
        maketrans=_maketrans,
        splitfields=names["split"],
        translate=runtime.translate,
        uppercase=real.ascii_uppercase,
    )
    return names


def _maketrans(source: str, target: str) -> str:
    """A table of 256 characters, as `str.translate` took it."""
    if len(source) != len(target):
        raise ValueError("maketrans arguments must have same length")
    table = [chr(code) for code in range(256)]
    for a, b in zip(source, target, strict=True):
        table[ord(a)] = b
    return "".join(table)


def types() -> dict[str, Any]:
    """types: names of the builtin types."""
    from zenpython.py2.builtin import BaseString
    from zenpython.py2.facades.files import NativeFile

    return {
        "BooleanType": bool,
        "ClassType": type,
        "ComplexType": complex,
        "DictType": dict,
        "DictionaryType": dict,
        "FileType": NativeFile,
        "FloatType": float,
        "InstanceType": object,
        "IntType": int,
        "ListType": list,
        "LongType": int,
        "NoneType": type(None),
        "ObjectType": object,
        "SliceType": slice,
        "StringType": str,
        "StringTypes": (str, BaseString),
        "TupleType": tuple,
        "TypeType": type,
        "UnboundMethodType": type(string),
        "UnicodeType": str,
        "XRangeType": range,
    }


def sys() -> dict[str, Any]:
    """sys: `maxint` and what nobody needs any more."""
    return {
        "exc_clear": lambda: None,
        "maxint": real_sys.maxsize,
        "setcheckinterval": lambda interval: None,
        "setdefaultencoding": lambda encoding: None,
    }


def itertools() -> dict[str, Any]:
    """itertools."""
    import itertools as real

    return {
        "ifilter": filter,
        "ifilterfalse": real.filterfalse,
        "imap": map,
        "izip": lambda *sequences: zip(*sequences, strict=False),
        "izip_longest": real.zip_longest,
    }


def operator() -> dict[str, Any]:
    """operator."""
    return {
        "div": runtime.div,
        "isCallable": callable,
        "sequenceIncludes": lambda values, item: item in values,
        "isSequenceType": lambda value: hasattr(value, "__getitem__") and not isinstance(value, dict),
        "isMappingType": lambda value: isinstance(value, dict),
        "isNumberType": lambda value: isinstance(value, (int, float, complex)),
    }


def time() -> dict[str, Any]:
    """time: `clock`, the processor's time."""
    import time as real

    return {"clock": real.process_time}


def inspect() -> dict[str, Any]:
    """inspect: `getargspec`."""
    import inspect as real
    from collections import namedtuple

    spec = namedtuple("ArgSpec", "args varargs keywords defaults")

    def getargspec(function: Any) -> Any:
        full = real.getfullargspec(function)
        return spec(full.args, full.varargs, full.varkw, full.defaults)

    return {"getargspec": getargspec}


def collections() -> dict[str, Any]:
    """collections: the abstract classes live here, too."""
    import collections.abc as abstract

    return {name: getattr(abstract, name) for name in abstract.__all__}


def user_dict() -> dict[str, Any]:
    """UserDict."""
    from collections import UserDict
    from collections.abc import MutableMapping

    return {"IterableUserDict": UserDict, "DictMixin": MutableMapping}


def thread() -> dict[str, Any]:
    """thread."""
    import _thread

    return {"start_new": _thread.start_new_thread, "allocate": _thread.allocate_lock}


def new() -> dict[str, Any]:
    """new."""
    import types as real

    return {
        "classobj": type,
        "function": real.FunctionType,
        "instance": lambda cls, names=None: _instance(cls, names),
        "instancemethod": lambda function, instance, cls=None: real.MethodType(function, instance),
        "module": real.ModuleType,
    }


def _instance(cls: type, names: dict[str, Any] | None) -> Any:
    made = object.__new__(cls)
    made.__dict__.update(names or {})
    return made


def sets() -> dict[str, Any]:
    """sets."""
    return {"Set": set, "ImmutableSet": frozenset, "BaseSet": (set, frozenset)}


def builtin() -> dict[str, Any]:
    """__builtin__."""
    from zenpython.py2.builtin import PYTHON2

    return {name: value for name, value in PYTHON2.items() if not name.startswith("_zp_")}


def exceptions() -> dict[str, Any]:
    """exceptions."""
    names = {n: v for n, v in vars(builtins).items() if isinstance(v, type) and issubclass(v, BaseException)}
    return {**names, "StandardError": Exception}


def config_parser() -> dict[str, Any]:
    """ConfigParser: values interpolate as they did; `readfp`."""
    import configparser as real

    class RawConfigParser(real.RawConfigParser):
        """A parser that takes what Python 2's took."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **{"strict": False, **kwargs})

        def readfp(self, file: Any, filename: str | None = None) -> None:
            """Read an open file."""
            self.read_file(file, filename)

    class SafeConfigParser(RawConfigParser, real.ConfigParser):
        """With interpolation."""

    return {"RawConfigParser": RawConfigParser, "ConfigParser": SafeConfigParser, "SafeConfigParser": SafeConfigParser}


def html_parser() -> dict[str, Any]:
    """HTMLParser: `unescape`, HTMLParseError."""
    import html
    import html.parser as real

    class HTMLParser(real.HTMLParser):
        """Character references are handed out, as they were."""

        def __init__(self) -> None:
            super().__init__(convert_charrefs=False)

        def feed(self, data: Any) -> None:
            """Parse more text."""
            super().feed(native(data))

        def unescape(self, text: str) -> str:
            """Text with its character references replaced."""
            return html.unescape(text)

    class HTMLParseError(Exception):
        """Nothing raises it any more."""

    return {"HTMLParser": HTMLParser, "HTMLParseError": HTMLParseError}


def json() -> dict[str, Any]:
    """json: the argument `encoding` that is gone."""
    import json as real

    def accepting(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, encoding: Any = None, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return call

    return {name: accepting(getattr(real, name)) for name in ("dump", "dumps", "load", "loads")}


def element_tree() -> dict[str, Any]:
    """ElementTree: serialised trees are native strings; files of translated code are read as bytes."""
    import xml.etree.ElementTree as real

    return {
        "tostring": lambda *args, **kwargs: native(real.tostring(*args, **kwargs)),
        "parse": lambda source, parser=None: real.parse(binary_stream(source), parser),
        "iterparse": lambda source, *args, **kwargs: real.iterparse(binary_stream(source), *args, **kwargs),
    }


_DECLARED = re.compile(r"\s*<\?xml[^>]*\bencoding\s*=")


def lxml_etree() -> dict[str, Any]:
    """lxml.etree: text that declares its encoding is handed over as the bytes it came from."""
    import lxml.etree as real

    def undeclared(text: Any) -> Any:
        return to_bytes(text) if isinstance(text, str) and _DECLARED.match(text) else text

    names: dict[str, Any] = {
        name: (lambda function: lambda text, *args, **kwargs: function(undeclared(text), *args, **kwargs))(
            getattr(real, name)
        )
        for name in ("fromstring", "XML", "HTML")
    }
    names["tostring"] = lambda *args, **kwargs: native(real.tostring(*args, **kwargs))
    names["parse"] = lambda source, *args, **kwargs: real.parse(binary_stream(source), *args, **kwargs)
    return names
