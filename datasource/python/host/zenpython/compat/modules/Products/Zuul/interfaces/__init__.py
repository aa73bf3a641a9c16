"""`Products.Zuul.interfaces`: interfaces by name; those not listed are made when asked for."""

from zope.interface import Interface

from zenpython.compat import forms

__zenpython_permissive__ = True


class IInfo(Interface):
    """What pages read of an object."""


class IRRDDataSourceInfo(IInfo):
    """The form of any data source (spec §1.3)."""

    newId = forms.TextLine(title="Name", xtype="idfield", required=True)
    type = forms.TextLine(title="Type", readonly=True)
    enabled = forms.Bool(title="Enabled")
    severity = forms.TextLine(title="Severity", xtype="severity")
    eventKey = forms.TextLine(title="Event Key")
    eventClass = forms.TextLine(title="Event Class", xtype="eventclass")
    component = forms.TextLine(title="Component")


class IBasicDataSourceInfo(IRRDDataSourceInfo):
    """The form of data sources that run on a cycle."""

    cycletime = forms.TextLine(title="Cycle Time (seconds)")


class IDataPointInfo(IInfo):
    """The form of a datapoint."""

    newId = forms.TextLine(title="Name")
    rrdtype = forms.TextLine(title="Type")
    rrdmin = forms.TextLine(title="RRD Minimum")
    rrdmax = forms.TextLine(title="RRD Maximum")
