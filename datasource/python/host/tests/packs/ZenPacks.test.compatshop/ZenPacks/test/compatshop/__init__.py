"""A pack's __init__ as zenpacklib packs have it: it needs the platform, and plugins do not need it."""

import os

import Globals
from Products.ZenModel.ZenPack import ZenPack as ZenPackBase
from Products.ZenRelations.zPropertyCategory import setzPropertyCategory
from Products.ZenUtils.Utils import monkeypatch, unused

from . import zenpacklib

unused(Globals, ZenPackBase)

RAN = []
RAN.append("init")

CFG = zenpacklib.load_yaml([os.path.join(os.path.dirname(__file__), "zenpack.yaml")], verbose=False)
schema = CFG.zenpack_module.schema

setzPropertyCategory("zShopPort", "Shop")

SHOP_TIMEOUT = 7


class ZenPack(schema.ZenPack):
    """The pack, with a hook that never runs here."""

    packZProperties = [*ZenPackBase.packZProperties, ("zShopPort", 80, "int")]  # noqa: RUF012 - as packs do

    def install(self, app):
        """Install."""
        super().install(app)


@monkeypatch("Products.ZenModel.Device.Device")
def getShop(self):
    """Return the device's shop."""
    return self.shop
