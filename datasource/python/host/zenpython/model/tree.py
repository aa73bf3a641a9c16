"""Builds the contexts: from the device trees that the daemon sends to objects of the packs' own classes."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from .acquisition import ModelObject
from .classes import ContextClasses
from .components import DeviceHW, OperatingSystem
from .device import Device
from .entity import ManagedEntity
from .problems import Problems
from .relations import Relationship, ToManyContRelationship, ToOneRelationship, create_relations

_CHILDREN: dict[str, type[ManagedEntity]] = {"os": OperatingSystem, "hw": DeviceHW}


class Model:
    """The devices that the builder has been told of, each replaced as a whole when it is told of anew."""

    def __init__(self, problems: Problems) -> None:
        self.devices: dict[str, Device] = {}
        self._problems = problems
        self._classes = ContextClasses(problems)

    def replace(self, trees: list[Mapping[str, Any]]) -> None:
        """Take in device trees; one without a class and relations and with ``removed`` set takes the device out."""
        for tree in trees:
            if tree.get("removed"):
                self.devices.pop(tree["id"], None)
            else:
                self.devices[tree["id"]] = self._device(tree)

    def find(self, address: list[Any]) -> ModelObject:
        """Return the object at an address: device id and the path of (relation, id) below it. Raises LookupError."""
        device_id, path = address[0], (address[1] if len(address) > 1 else None) or ()
        if device_id not in self.devices:
            raise LookupError(f"the builder has not been told of device {device_id!r}")
        found: Any = self.devices[device_id]
        for relation, name in path:
            member = found.__dict__.get(relation or name)
            member = member.get(name) if isinstance(member, ToManyContRelationship) else member
            if not isinstance(member, ModelObject):
                raise LookupError(f"device {device_id!r} has no {relation}/{name} below {found!r}")
            found = member
        return found

    def _device(self, tree: Mapping[str, Any]) -> Device:
        device = self._create(self._classes.for_device(tree.get("class") or ""), tree["id"])
        device._zp_zproperties = dict(tree.get("zproperties") or {})
        device._zp_class_path = tree.get("device_class") or "/"
        device._zp_visible = frozenset(tree.get("templates") or ())
        device._zp_devices = self.devices
        for name, cls in _CHILDREN.items():
            self._child(device, name, cls)
        setters: list[tuple[Any, str, Any]] = []
        self._fill(device, tree, setters)
        for obj, name, value in setters:
            self._set(obj, name, value)
        return device

    def _create(self, cls: type, name: str) -> Any:
        try:
            obj = cls(name)
        except Exception as error:  # a pack's constructor may need more of the platform than there is
            self._problems.add("constructor", f"{cls.__module__}.{cls.__name__}", error)
            obj = cls.__new__(cls)
        obj.__dict__["id"] = name
        create_relations(obj)
        return obj

    def _child(self, parent: ModelObject, name: str, cls: type) -> ModelObject:
        child = self._create(cls, name)
        child._zp_parent = parent
        parent.__dict__[name] = child
        return child

    def _fill(self, obj: Any, tree: Mapping[str, Any], setters: list[tuple[Any, str, Any]]) -> None:
        """Give an object its attributes and, below it, its components. Setters wait until the whole tree stands."""
        obj.uuid = tree.get("uuid") or ""
        if obj._zp_zproperties is None and tree.get("zproperties"):
            obj._zp_zproperties = dict(tree["zproperties"])
        if tree.get("bound") is not None:
            obj._zp_bound = list(tree["bound"])
        for relation, members in (tree.get("relations") or {}).items():
            for member in members:
                self._fill(self._member(obj, relation, member), member, setters)
        for name, value in (tree.get("attributes") or {}).items():
            if not self._assign(obj, name, value):
                setters.append((obj, name, value))

    def _member(self, obj: Any, relation: str, tree: Mapping[str, Any]) -> Any:
        cls = self._classes.for_component(tree.get("modname") or "")
        if not relation:
            existing = obj.__dict__.get(tree["id"])
            return existing if isinstance(existing, ModelObject) else self._child(obj, tree["id"], cls)
        component = self._create(cls, tree["id"])
        holder = obj.__dict__.get(relation)
        if isinstance(holder, ToOneRelationship):
            holder.add(component)
            component._zp_parent = obj
            component._zp_relation = relation
            return component
        if not isinstance(holder, ToManyContRelationship):
            holder = obj.__dict__[relation] = ToManyContRelationship(obj, relation)
        holder.add(component)
        return component

    def _assign(self, obj: Any, name: str, value: Any) -> bool:
        """Set an attribute; report False where a method of the class is to take the value (spec §6.5)."""
        method = inspect.getattr_static(type(obj), name, None)
        if name.startswith("_") or isinstance(obj.__dict__.get(name), (Relationship, ModelObject)):
            return True
        if name.startswith("set") and callable(method):
            return False
        if callable(method):
            return True  # a value must not hide a method: what asks for the method would get the value
        try:
            setattr(obj, name, value)
        except Exception as error:
            self._problems.add("attribute", f"{_class_name(obj)}.{name}", error)
        return True

    def _set(self, obj: Any, name: str, value: Any) -> None:
        """Call a setter, unless its getter gives the value already (spec §6.5)."""
        getter = getattr(obj, "get" + name[3:], None)
        try:
            if getter is not None and getter() == value:
                return
            getattr(obj, name)(value)
        except Exception as error:
            self._problems.add("setter", f"{_class_name(obj)}.{name}", error)


def _class_name(obj: Any) -> str:
    return f"{type(obj).__module__}.{type(obj).__name__}"


_OWN_RULES = (ManagedEntity.getRRDTemplates, Device.getRRDTemplates)


def binding(obj: Any) -> list[str] | None:
    """Return the names of the templates that the object's class binds by a rule of its own, None where it has none."""
    cls = type(obj)
    if cls.getRRDTemplates in _OWN_RULES and cls.getRRDTemplateName is ManagedEntity.getRRDTemplateName:
        return None
    return [getattr(template, "id", template) for template in obj.getRRDTemplates() or () if template]
