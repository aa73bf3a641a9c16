"""`Products.Zuul.infos`: objects that pages read, over objects of the model."""

__zenpython_permissive__ = True


class ProxyProperty(property):
    """A property of an info that is the attribute of the same name of the object below it."""

    def __init__(self, propertyName):
        self.name = propertyName
        super().__init__(self._get, self._set)

    def _get(self, info):
        return getattr(info._object, self.name)

    def _set(self, info, value):
        setattr(info._object, self.name, value)


class InfoBase:
    """An info over `_object`."""

    def __init__(self, object):
        self._object = object

    @property
    def id(self):
        """The object's id."""
        return self._object.id

    @property
    def uid(self):
        """The object's path."""
        return self._object.getPrimaryId()

    @property
    def name(self):
        """The object's title or id."""
        return self._object.titleOrId()

    titleOrId = name

    @property
    def description(self):
        """The object's description."""
        return getattr(self._object, "description", "")

    def getName(self):
        """The object's title or id."""
        return self._object.titleOrId()
