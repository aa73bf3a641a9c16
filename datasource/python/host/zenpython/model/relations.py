"""Relations between objects of the model, and the classes that declare them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .acquisition import ModelObject


class RelSchema:
    """One end of a relation as ``_relations`` declares it: the kind of the other end, its class and its name."""

    def __init__(self, remoteType: type[RelSchema], remoteClass: str, remoteName: str) -> None:
        self.remoteType = remoteType
        self.remoteClass = remoteClass
        self.remoteName = remoteName

    def create(self, owner: ModelObject, name: str) -> Relationship:
        """Return an empty relation of this kind for an object."""
        return self.relationship(owner, name, self)


class Relationship:
    """What is common to relations: they belong to an object and are called to get what they hold."""

    def __init__(self, owner: ModelObject, name: str, schema: RelSchema | None = None) -> None:
        self.owner = owner
        self.id = name
        self.schema = schema

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.owner, name)

    def getId(self) -> str:
        """Return the relation's name."""
        return self.id

    def getPrimaryParent(self) -> ModelObject:
        """Return the object that the relation belongs to."""
        return self.owner

    def getPrimaryPath(self) -> tuple[str, ...]:
        """Return the path from the root of the platform's database, as ids."""
        return (*self.owner.getPrimaryPath(), self.id)

    def remoteType(self) -> type[RelSchema] | None:
        """Return the kind of the other end."""
        return self.schema.remoteType if self.schema else None

    def remoteName(self) -> str:
        """Return the name of the other end."""
        return self.schema.remoteName if self.schema else ""


class ToOneRelationship(Relationship):
    """A relation to one object or to none."""

    obj: ModelObject | None = None

    def __call__(self) -> ModelObject | None:
        """Return the object, None without one."""
        return self.obj

    def __bool__(self) -> bool:
        return self.obj is not None

    def add(self, obj: ModelObject) -> None:
        """Relate to the object."""
        self.obj = obj

    addRelation = add

    def objectIds(self) -> list[str]:
        """Return the id of the object, if there is one."""
        return [self.obj.id] if self.obj is not None else []

    def getPrimaryId(self) -> str:
        """Return the path of the object."""
        return self.obj.getPrimaryId() if self.obj is not None else ""


class ToManyRelationship(Relationship):
    """A relation to any number of objects, by id."""

    def __init__(self, owner: ModelObject, name: str, schema: RelSchema | None = None) -> None:
        super().__init__(owner, name, schema)
        self._objects: dict[str, ModelObject] = {}

    def __call__(self) -> list[ModelObject]:
        """Return the objects."""
        return list(self._objects.values())

    def __iter__(self) -> Iterator[ModelObject]:
        return iter(self._objects.values())

    def __len__(self) -> int:
        return len(self._objects)

    def __bool__(self) -> bool:
        return True  # the relation is there, however empty

    def __contains__(self, item: Any) -> bool:
        return getattr(item, "id", item) in self._objects

    def __getitem__(self, name: str) -> ModelObject:
        return self._objects[name]

    def __getattr__(self, name: str) -> Any:
        objects = self.__dict__.get("_objects", {})
        if name in objects:
            return objects[name]
        return super().__getattr__(name)

    def add(self, obj: ModelObject) -> None:
        """Relate to one more object."""
        self._objects[obj.id] = obj

    addRelation = add

    def countObjects(self) -> int:
        """Return how many objects there are."""
        return len(self._objects)

    def objectIds(self, spec: Any = None) -> list[str]:
        """Return the ids."""
        return list(self._objects)

    objectIdsAll = objectIds

    def objectValues(self, spec: Any = None) -> list[ModelObject]:
        """Return the objects."""
        return list(self._objects.values())

    objectValuesAll = objectValues

    def objectItems(self, spec: Any = None) -> list[tuple[str, ModelObject]]:
        """Return pairs of id and object."""
        return list(self._objects.items())

    objectItemsAll = objectItems

    def hasobject(self, obj: ModelObject) -> ModelObject | None:
        """Return the object if it is in the relation."""
        return obj if obj in self else None

    def findObjectsById(self, partid: str) -> list[ModelObject]:
        """Return the objects whose id contains the text."""
        return [obj for name, obj in self._objects.items() if partid in name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return the object of that id."""
        return self._objects.get(name, default)

    def _getOb(self, name: str, *default: Any) -> Any:
        if name in self._objects:
            return self._objects[name]
        if default:
            return default[0]
        raise AttributeError(name)


class ToManyContRelationship(ToManyRelationship):
    """A relation to objects that are parts of the one it belongs to."""

    def add(self, obj: ModelObject) -> None:
        """Take the object in as a part, and tell it which of its relations leads back."""
        super().add(obj)
        obj._zp_parent, obj._zp_relation = self.owner, self.id
        for back in obj.__dict__.values():
            if isinstance(back, ToOneRelationship) and back.remoteName() == self.id and back.remoteType() is ToManyCont:
                back.add(self.owner)


class ToOne(RelSchema):
    """Declares a relation to one object."""

    relationship = ToOneRelationship


class ToMany(RelSchema):
    """Declares a relation to any number of objects."""

    relationship = ToManyRelationship


class ToManyCont(RelSchema):
    """Declares a relation to any number of parts."""

    relationship = ToManyContRelationship


def create_relations(obj: ModelObject) -> None:
    """Give an object the empty relations that its class declares."""
    for name, schema in obj._relations:
        if isinstance(schema, RelSchema) and name not in obj.__dict__:
            obj.__dict__[name] = schema.create(obj, name)


def relate(obj: ModelObject, name: str, others: list[ModelObject]) -> None:
    """Relate an object to others, and them to it where their end of the relation is known."""
    relation = obj.__dict__.get(name)
    if not isinstance(relation, Relationship):
        raise AttributeError(f"{obj!r} has no relation {name!r}")
    for other in others:
        relation.add(other)
        back = other.__dict__.get(relation.remoteName())
        if isinstance(back, Relationship):
            back.add(obj)
