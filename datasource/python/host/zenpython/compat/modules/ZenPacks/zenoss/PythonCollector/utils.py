"""`ZenPacks.zenoss.PythonCollector.utils`: references that keep nothing alive, and values with their times."""

import logging
import math
import weakref
from decimal import Decimal

log = logging.getLogger("zen.python")


def weakmethod(method, default=None):
    """A callable for a bound method that does not keep its object alive; `default` once that is gone."""
    reference = weakref.WeakMethod(method)

    def call(*args, **kwargs):
        bound = reference()
        return default if bound is None else bound(*args, **kwargs)

    return call


def get_dp_values(value):
    """Pairs of value and timestamp (or "N" for now) of any form a plugin may give; see spec §4.13.2."""
    if isinstance(value, (list, tuple)):
        if _is_pair(value):
            yield _plain(value[0]), _time(value[1])
            return
        for each in value:
            yield from get_dp_values(each)
    elif _is_value(value):
        yield _plain(value), "N"
    else:
        log.warning("unable to store value: %r", value)


def _is_value(value):
    return isinstance(value, (int, float, Decimal, str))


def _is_pair(value):
    return len(value) == 2 and (value[0] is None or _is_value(value[0])) and _time(value[1]) is not None


def _plain(value):
    return str(value) if isinstance(value, Decimal) else value


def _time(value):
    if value is None or (isinstance(value, str) and value.upper() == "N"):
        return "N"
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if math.isfinite(number) else None
