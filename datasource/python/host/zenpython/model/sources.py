"""Answers ``source``: what only a plugin's and its data source type's code can say about a config (spec §2.4, §3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .acquisition import ModelObject
from .problems import error_value
from .pythondatasource import PythonDataSource
from .relations import ToManyContRelationship, ToOneRelationship, create_relations
from .templates import RRDDataPoint, RRDTemplate

_STANDARD = ("title", "cycletime", "plugin_classname", "severity", "eventClass", "eventKey", "component")


def make_source(cls: type, template: str, fields: Mapping[str, Any], class_path: str = "/") -> Any:
    """Return a data source of a class, in its template and with its datapoints, from the daemon's description."""
    source = cls(fields["id"])
    source.__dict__["id"] = fields["id"]
    create_relations(source)
    if fields.get("type"):
        source.sourcetype = fields["type"]
    for name in _STANDARD:
        if fields.get(name) is not None:
            setattr(source, name, fields[name])
    for name, value in (fields.get("properties") or {}).items():
        setattr(source, name, value)
    _into_template(source, template, class_path)
    _give_points(source, fields.get("points") or ())
    return source


def _into_template(source: Any, name: str, class_path: str) -> None:
    template = RRDTemplate(name)
    template.device_class_path = class_path
    # Both ends by hand: a type of its own may declare other relations than ours, and is not asked to.
    template.datasources.add(source)
    back = ToOneRelationship(source, "rrdTemplate")
    back.add(template)
    source.__dict__["rrdTemplate"] = back


def _give_points(source: Any, points: Any) -> None:
    relation = source.__dict__["datapoints"] = ToManyContRelationship(source, "datapoints")
    for fields in points:
        point = RRDDataPoint(fields["id"])
        for name, value in fields.items():
            if name != "id":
                setattr(point, name, value)
        relation.add(point)


def evaluate(source: Any, context: ModelObject) -> dict[str, Any]:
    """Return ``config_key``, ``params`` and ``attributes`` of a data source for a context, and ``errors``.

    ``errors`` holds what failed, by these names. Params that fail are {} as on the platform (spec §2.4); their error
    stands beside them so that it can be told.
    """
    found: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, compute in (("config_key", _config_key), ("params", _params), ("attributes", _attributes)):
        try:
            found[name] = compute(source, context)
        except Exception as error:
            errors[name] = error_value(error)
    if "params" in errors:
        found["params"] = {}
    if errors:
        found["errors"] = errors
    return found


def _config_key(source: Any, context: ModelObject) -> tuple[Any, ...]:
    key = source.getConfigKey(context)
    if not isinstance(key, (tuple, list)):
        raise TypeError(f"config_key returned {type(key).__name__}, want a tuple")
    hash(tuple(key))
    return tuple(key)


def _params(source: Any, context: ModelObject) -> Any:
    if type(source).getParams is PythonDataSource.getParams:
        # The same without its silence about errors.
        return source.getPluginClass().params(source, context)
    return source.getParams(context)


def _attributes(source: Any, context: ModelObject) -> dict[str, Any]:
    names = getattr(source.getPluginClass(), "proxy_attributes", ()) or ()
    if isinstance(names, str):
        names = (names,)  # ('zFoo') is a text, and its author meant the name
    return {name: _attribute(context, name) for name in names}


def _attribute(context: ModelObject, name: str) -> Any:
    try:
        value = getattr(context, name, None)
        value = value() if callable(value) else value
    except Exception as error:
        raise ProxyAttributeError(f"proxy attribute {name}: {type(error).__name__}: {error}") from error
    if isinstance(value, ModelObject):
        raise ProxyAttributeError(
            f"proxy attribute {name}: {value!r} is an object of the model, which no config can hold"
        )
    return value


class ProxyAttributeError(Exception):
    """A proxy attribute that cannot be had."""
