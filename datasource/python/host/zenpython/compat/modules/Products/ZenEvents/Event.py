"""`Products.ZenEvents.Event`: an event as an object, and the severities beside it."""

from Products.ZenEvents.ZenEventClasses import *  # noqa: F403 - the severities are read from this module, too


class Event:
    """An event whose fields are attributes."""

    def __init__(self, rcvtime=None, **fields):
        if rcvtime is not None:
            fields["rcvtime"] = rcvtime
        self.updateFromDict(fields)

    def updateFromDict(self, fields):
        """Set fields from a dictionary."""
        self.__dict__.update(fields)

    def getEventFields(self):
        """The names of the fields set."""
        return list(self.__dict__)

    def getEventData(self):
        """The values of the fields set."""
        return list(self.__dict__.values())


def buildEventFromDict(fields):
    """An event with these fields."""
    return Event(**fields)
