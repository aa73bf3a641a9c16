"""`Products.ZenEvents.EventManagerBase`: severities by name and number."""

from types import MappingProxyType

from Products.ZenEvents.ZenEventClasses import Severities

__zenpython_permissive__ = True


class EventManagerBase:
    """The old event manager's constants."""

    ComponentIdWhere = ""
    severityConversions = tuple((name, number) for number, name in reversed(tuple(enumerate(Severities))))
    severities = MappingProxyType(dict(severityConversions))

    def getSeverities(self):
        """Pairs of name and number, worst first."""
        return list(self.severityConversions)

    def getSeverityString(self, number):
        """The name of a severity number."""
        return Severities[number] if 0 <= number < len(Severities) else "Unknown"
