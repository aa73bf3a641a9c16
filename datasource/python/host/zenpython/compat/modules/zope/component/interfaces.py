"""`zope.component.interfaces`."""

from zenpython.compat.registry import ComponentLookupError  # noqa: F401 - foreign name

__zenpython_permissive__ = True
