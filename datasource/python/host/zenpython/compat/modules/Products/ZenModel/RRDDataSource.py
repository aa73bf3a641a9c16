"""`Products.ZenModel.RRDDataSource`: the base of data source classes."""

from zenpython.model.templates import RRDDataSource  # noqa: F401 - foreign name

__zenpython_permissive__ = True
