"""`Globals`: imported for its side effects on a Zope process; here there are none."""

__zenpython_permissive__ = True


def InitializeClass(cls):
    """Do nothing: Zope sets up security of a class here."""
