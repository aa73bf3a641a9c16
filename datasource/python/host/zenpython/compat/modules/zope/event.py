"""`zope.event`: subscribers are called with each event notified."""

subscribers = []


def notify(event):
    """Call every subscriber with `event`."""
    for subscriber in subscribers:
        subscriber(event)
