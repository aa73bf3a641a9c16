"""A plugin that wants a name of its pack."""

from ZenPacks.test.compatshop import SHOP_TIMEOUT
from ZenPacks.test.compatshop.Till import Till
from ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource import PythonDataSourcePlugin


class Timed(PythonDataSourcePlugin):
    """Knows the pack's constant."""

    timeout = SHOP_TIMEOUT
    till = Till
