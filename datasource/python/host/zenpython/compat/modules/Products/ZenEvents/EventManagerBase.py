"""`Products.ZenEvents.EventManagerBase`: severities by name and number."""

from Products.ZenEvents.ZenEventClasses import Severities

__zenpython_permissive__ = True


class EventManagerBase:
    """The old event manager's constants."""

    ComponentIdWhere = ""
    severities = {name: number for number, name in enumerate(Severities)}
    severityConversions = tuple(reversed(tuple(severities.items())))

    def getSeverities(self):
        """Pairs of name and number, worst first."""
        return list(self.severityConversions)

    def getSeverityString(self, number):
        """The name of a severity number."""
        return Severities[number] if 0 <= number < len(Severities) else "Unknown"
