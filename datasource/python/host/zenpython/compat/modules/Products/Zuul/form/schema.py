"""`Products.Zuul.form.schema`: the field kinds of forms."""

from zenpython.compat.forms import *  # noqa: F403 - the field kinds are what the module is

__zenpython_permissive__ = True
