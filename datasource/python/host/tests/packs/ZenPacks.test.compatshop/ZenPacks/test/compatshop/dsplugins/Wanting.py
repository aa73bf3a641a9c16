"""A plugin that wants what nobody has."""

from Products.ZenUtils.Utils import noSuchHelper

from ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource import PythonDataSourcePlugin


class Wanting(PythonDataSourcePlugin):
    """Never comes to be."""

    helper = noSuchHelper
