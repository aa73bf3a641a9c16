"""`zope.schema`: fields that hold what they are given."""

from zenpython.compat.forms import *  # noqa: F403 - the field kinds

__zenpython_permissive__ = True
