"""`Products.Zuul.utils`: helpers of the web interface that data source modules import."""

from Products.ZenEvents.ZenEventClasses import Severities
from Products.ZenUtils.Utils import safe_hasattr  # noqa: F401 - foreign name

__zenpython_permissive__ = True


def ZuulMessageFactory(text, *args, **kwargs):
    """The text: nothing is translated here."""
    return text


def severityId(severity):
    """The number of a severity given by number, numeric text or name in any case; None for anything else."""
    if isinstance(severity, int):
        return severity if 0 <= severity < len(Severities) else None
    text = str(severity).strip().lower()
    if text.isdigit():
        return severityId(int(text))
    names = [name.lower() for name in Severities]
    return names.index(text) if text in names else None


def severityString(severity):
    """The name of a severity, in lower case; None for what is none."""
    number = severityId(severity)
    return None if number is None else Severities[number].lower()
