"""Reads ``objects/objects.xml``, in which packs from before zenpacklib keep device classes and templates.

The result is plain data for the inventory. The file is outside input: document types and entities are refused, and its
size, depth and number of elements are bounded.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

MAX_BYTES = 64 << 20
MAX_DEPTH = 64
MAX_ELEMENTS = 2_000_000

_DEVICES = "/zport/dmd/Devices"
_OBJECTS = ("object",)
_RELATIONS = ("tomanycont", "tomany", "toone")


class ObjectsError(ValueError):
    """A file that is no objects.xml, or one that is not safe to read; the text says where."""


@dataclass
class _Element:
    tag: str
    attributes: dict[str, str]
    children: list[_Element] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


def read_objects(path: Path) -> list[dict[str, Any]]:
    """Return the device classes of a file as `parse_objects` does. Raises ObjectsError and OSError."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ObjectsError(f"{path}: {size} bytes, more than {MAX_BYTES}")
    try:
        return parse_objects(path.read_bytes())
    except ObjectsError as error:
        raise ObjectsError(f"{path}: {error}") from None


def parse_objects(data: bytes) -> list[dict[str, Any]]:
    """Return the device classes in an objects.xml, in the file's order.

    Each is a map: `path` (such as /Server/Linux), `description`, `zproperties`, and `templates`: maps of `id`,
    `description`, `targetPythonClass`, `datasources` and `thresholds`. A data source is a map of `id`, `type` (its
    sourcetype), `class`, `properties` and `datapoints` (maps of `id` and `properties`); a threshold one of `id`, `type`
    (its class's name) and `properties`. Graphs and what lies outside of Devices are left out.
    """
    root = _Reader().read(data)
    if root.tag != "objects":
        raise ObjectsError(f"the outermost element is <{root.tag}>, want <objects>")
    classes: dict[str, dict[str, Any]] = {}
    for element in _objects(root):
        _collect(element, "", classes)
    return list(classes.values())


class _Reader:
    """Builds elements with expat, within bounds."""

    def __init__(self) -> None:
        self._open: list[_Element] = []
        self._root: _Element | None = None
        self._count = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._parser.ExternalEntityRefHandler = self._refuse

    def read(self, data: bytes) -> _Element:
        if len(data) > MAX_BYTES:
            raise ObjectsError(f"{len(data)} bytes, more than {MAX_BYTES}")
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            raise ObjectsError(str(error)) from None
        except ValueError as error:
            if isinstance(error, ObjectsError):
                raise
            raise ObjectsError(f"unreadable: {error}") from None
        if self._root is None:
            raise ObjectsError("no element")
        return self._root

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            raise self._problem(f"more than {MAX_ELEMENTS} elements or deeper than {MAX_DEPTH}")
        element = _Element(tag, attributes)
        if self._open:
            self._open[-1].children.append(element)
        elif self._root is None:
            self._root = element
        self._open.append(element)

    def _end(self, tag: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        if self._open:
            self._open[-1].text.append(text)

    def _refuse(self, *args: Any) -> None:
        raise self._problem("document types and entities are not read")

    def _problem(self, text: str) -> ObjectsError:
        return ObjectsError(f"line {self._parser.CurrentLineNumber}: {text}")


def _objects(element: _Element) -> list[_Element]:
    return [child for child in element.children if child.tag in _OBJECTS]


def _related(element: _Element, relation: str) -> list[_Element]:
    """Return the objects in one of an object's relations."""
    return [
        obj
        for child in element.children
        if child.tag in _RELATIONS and child.attributes.get("id") == relation
        for obj in _objects(child)
    ]


def _collect(element: _Element, parent: str, classes: dict[str, dict[str, Any]]) -> None:
    """Take in an object at the top of the file, or a device class below one: its path is absolute, or its last part."""
    kind = element.attributes.get("class")
    name = element.attributes.get("id", "")
    path = name if name.startswith("/") else f"{parent}/{name}"
    if path != _DEVICES and not path.startswith(_DEVICES + "/"):
        return
    if kind == "DeviceClass":
        found = _device_class(path[len(_DEVICES) :] or "/", classes)
        properties = _properties(element)
        found["description"] = properties.get("description") or found["description"]
        found["zproperties"].update(
            {key: value for key, value in properties.items() if key.startswith("z") and key != "zendoc"}
        )
        found["templates"] += [_template(template) for template in _related(element, "rrdTemplates")]
        for child in _related(element, "children"):
            _collect(child, path, classes)
    elif kind == "RRDTemplate" and "/rrdTemplates/" in path:
        owner = path[len(_DEVICES) : path.rindex("/rrdTemplates/")] or "/"
        _device_class(owner, classes)["templates"].append(_template(element))


def _device_class(path: str, classes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return classes.setdefault(path, {"path": path, "description": "", "zproperties": {}, "templates": []})


def _template(element: _Element) -> dict[str, Any]:
    properties = _properties(element)
    return {
        "id": element.attributes.get("id", "").rpartition("/")[2],
        "description": properties.get("description", ""),
        "targetPythonClass": properties.get("targetPythonClass", ""),
        "datasources": [_datasource(source) for source in _related(element, "datasources")],
        "thresholds": [_threshold(threshold) for threshold in _related(element, "thresholds")],
    }


def _datasource(element: _Element) -> dict[str, Any]:
    properties = _properties(element)
    return {
        "id": element.attributes.get("id", ""),
        "type": properties.pop("sourcetype", ""),
        "class": _class(element),
        "properties": properties,
        "datapoints": [
            {"id": point.attributes.get("id", ""), "properties": _properties(point)}
            for point in _related(element, "datapoints")
        ],
    }


def _threshold(element: _Element) -> dict[str, Any]:
    return {
        "id": element.attributes.get("id", ""),
        "type": element.attributes.get("class", ""),
        "properties": _properties(element),
    }


def _class(element: _Element) -> str:
    return f"{element.attributes.get('module', '')}.{element.attributes.get('class', '')}"


def _properties(element: _Element) -> dict[str, Any]:
    return {
        child.attributes.get("id", ""): _value(child.attributes.get("type", "string"), "".join(child.text).strip())
        for child in element.children
        if child.tag == "property" and child.attributes.get("id") != "zendoc"
    }


def _value(kind: str, text: str) -> Any:
    """Return a property's value; text that lacks its type's form stays text, for the inventory to complain of."""
    try:
        if kind in ("int", "long"):
            return int(text.rstrip("L")) if text else None
        if kind == "float":
            return float(text) if text else None
        if kind == "boolean":
            return text.lower() in ("true", "1", "on", "yes")
        if kind == "lines":
            return _lines(text)
    except (ValueError, SyntaxError):
        return text
    return text


def _lines(text: str) -> list[str]:
    """Return a list that is written as Python's literal, or one item a line."""
    if text.startswith(("[", "(")):
        value = ast.literal_eval(text)
        return [str(item) for item in value]
    return [line.strip() for line in text.splitlines() if line.strip()]
