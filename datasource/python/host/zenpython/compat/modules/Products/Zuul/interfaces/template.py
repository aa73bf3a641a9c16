"""`Products.Zuul.interfaces.template`."""

from Products.Zuul.interfaces import IBasicDataSourceInfo, IDataPointInfo, IInfo, IRRDDataSourceInfo  # noqa: F401

__zenpython_permissive__ = True
