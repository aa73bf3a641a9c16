"""Objects of the model that acquire: what an object does not have itself it takes from what it is a part of."""

from __future__ import annotations

from typing import Any


class ModelObject:
    """Anything in the model: a device, a component, a child such as ``os``, or a stand-in for an organizer.

    Names that neither the instance nor its class has are sought in the container, and so on up to the device, whose
    zProperties end the search. As on the platform, names that begin with an underscore are never acquired, and a
    method that is acquired works on the object it was found on.
    """

    meta_type = "ModelObject"
    portal_type = "ModelObject"
    title = ""
    description = ""
    uuid = ""
    zenpack_name = ""
    _properties: tuple[dict[str, Any], ...] = ()
    _relations: tuple[tuple[str, Any], ...] = ()
    # Web pages; packs copy and change it while their classes are made.
    factory_type_information: tuple[dict[str, Any], ...] = ({"id": "", "meta_type": "", "actions": ()},)
    # Containment is state of the instance under names that no pack uses.
    _zp_parent: ModelObject | None = None
    _zp_relation = ""
    _zp_zproperties: dict[str, Any] | None = None

    def __init__(self, id: str = "", title: str | None = None, *args: Any, **kwargs: Any) -> None:
        self.id = id
        if title is not None:
            self.title = title

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            zproperties = self._zp_zproperties
            if zproperties is not None and name in zproperties:
                return zproperties[name]
            parent = self._zp_parent
            if parent is not None:
                return getattr(parent, name)
        raise AttributeError(f"{type(self).__name__} {self.__dict__.get('id', '')!r} has no attribute {name!r}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {'/'.join(self.getPrimaryPath())}>"

    def __bool__(self) -> bool:
        return True  # relations have lengths, but an object of the model is always something

    def getId(self) -> str:
        """Return the id."""
        return self.id

    def titleOrId(self) -> str:
        """Return the title, or the id where there is none."""
        return self.title or self.id

    def name(self) -> str:
        """Return what people call the object."""
        return self.titleOrId()

    def viewName(self) -> str:
        """Return what people call the object."""
        return self.titleOrId()

    def setTitle(self, title: str) -> None:
        """Set the title."""
        self.title = title

    def device(self) -> Any:
        """Return the device that the object is a part of, None outside of devices."""
        parent = self._zp_parent
        return parent.device() if parent is not None else None

    def getPrimaryParent(self) -> ModelObject | None:
        """Return the relation or object that contains this one."""
        parent = self._zp_parent
        return parent._zp_own_relation(self._zp_relation) or parent if parent is not None else None

    def getParentNode(self) -> ModelObject | None:
        """Return the relation or object that contains this one."""
        return self.getPrimaryParent()

    def getParentDeviceName(self) -> str:
        """Return the id of the device."""
        device = self.device()
        return device.id if device is not None else ""

    def getPrimaryPath(self) -> tuple[str, ...]:
        """Return the path from the root of the platform's database, as ids."""
        parent = self._zp_parent
        if parent is None:
            return ("", "zport", "dmd", self.id)
        return parent.getPrimaryPath() + ((self._zp_relation,) if self._zp_relation else ()) + (self.id,)

    def getPhysicalPath(self) -> tuple[str, ...]:
        """Return the same as getPrimaryPath."""
        return self.getPrimaryPath()

    def getPrimaryId(self) -> str:
        """Return the path as text."""
        return "/".join(self.getPrimaryPath())

    def getPrimaryUrlPath(self, full: bool = False) -> str:
        """Return the path as text."""
        return self.getPrimaryId()

    def absolute_url_path(self) -> str:
        """Return the path as text."""
        return self.getPrimaryId()

    def getPrimaryDmdId(self, rootName: str = "dmd", subrel: str = "") -> str:
        """Return the path below dmd."""
        path = self.getPrimaryPath()
        return "/" + "/".join(path[path.index(rootName) + 1 :]) if rootName in path else self.getPrimaryId()

    def getUUID(self) -> str:
        """Return the object's global identifier."""
        return self.uuid

    def getIdForRelationship(self) -> str:
        """Return the id under which a relation holds the object."""
        return self.id

    def getZ(self, name: str, default: Any = None) -> Any:
        """Return a zProperty or attribute, acquired if need be."""
        return getattr(self, name, default)

    zenPropertyValue = getZ

    def getProperty(self, name: str, default: Any = None) -> Any:
        """Return a property or attribute, acquired if need be."""
        return getattr(self, name, default)

    def hasProperty(self, name: str, useAcquisition: bool = False) -> bool:
        """Report whether the object, or with useAcquisition what it acquires from, has the property."""
        return hasattr(self, name) if useAcquisition else has_own(self, name)

    def isLocal(self, name: str) -> bool:
        """Report whether the object itself has the property."""
        return name in self.__dict__ or name in (self._zp_zproperties or {})

    def propertyIds(self) -> list[str]:
        """Return the ids of the declared properties."""
        return [p["id"] for p in self._properties]

    def propertyItems(self) -> list[tuple[str, Any]]:
        """Return the declared properties as pairs of id and value."""
        return [(name, getattr(self, name, None)) for name in self.propertyIds()]

    def propertyMap(self) -> tuple[dict[str, Any], ...]:
        """Return the declarations of the properties."""
        return self._properties

    def setZenProperty(self, name: str, value: Any) -> None:
        """Set a zProperty on this object, in the builder's memory alone."""
        setattr(self, name, value)

    def getDmd(self) -> Any:
        """Return the root of the platform's database."""
        return self.dmd

    def getRelationshipNames(self) -> list[str]:
        """Return the names of the object's relations."""
        from .relations import Relationship

        return sorted(name for name, value in self.__dict__.items() if isinstance(value, Relationship))

    def getRelationships(self) -> list[Any]:
        """Return the object's relations."""
        return [self.__dict__[name] for name in self.getRelationshipNames()]

    def _getOb(self, name: str, *default: Any) -> Any:
        if name in self.__dict__:
            return self.__dict__[name]
        if default:
            return default[0]
        raise AttributeError(name)

    def _zp_own_relation(self, name: str) -> Any:
        return self.__dict__.get(name) if name else None


class Unwrapped:
    """An object without what it acquires."""

    __slots__ = ("_zp_object",)

    def __init__(self, obj: ModelObject) -> None:
        object.__setattr__(self, "_zp_object", obj)

    def __getattr__(self, name: str) -> Any:
        return object.__getattribute__(self._zp_object, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._zp_object, name, value)


def aq_base(obj: Any) -> Any:
    """Return the object without what it acquires; what is not of the model is returned as it is."""
    return Unwrapped(obj) if isinstance(obj, ModelObject) else obj


def aq_parent(obj: Any) -> Any:
    """Return what contains the object, None for a root."""
    obj = getattr(obj, "_zp_object", obj)
    return obj.getPrimaryParent() if hasattr(type(obj), "getPrimaryParent") else getattr(obj, "__parent__", None)


def aq_chain(obj: Any) -> list[Any]:
    """Return the object and all that contains it, from the inside out."""
    chain = []
    while obj is not None:
        chain.append(obj)
        obj = aq_parent(obj)
    return chain


def has_own(obj: Any, name: str) -> bool:
    """Report whether the object has the attribute without acquiring it."""
    try:
        object.__getattribute__(obj, name)
    except AttributeError:
        return False
    return True
