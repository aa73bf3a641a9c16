"""`Products.ZenCollector.interfaces`: what plugins look utilities up by."""

from zope.interface import Interface

__zenpython_permissive__ = True


class ICollectorPreferences(Interface):
    """The daemon's options: a utility named `zenpython` with `.options`."""


class IEventService(Interface):
    """Sends events: `sendEvent(event, **fields)`."""
