"""A pack with central zenpacklib."""

from ZenPacks.zenoss.ZenPackLib import zenpacklib
from Products.ZenUtils.Utils import monkeypatch

CFG = zenpacklib.load_yaml()
schema = CFG.zenpack_module.schema


class ZenPack(schema.ZenPack):
    def install(self, app):
        super(ZenPack, self).install(app)


@monkeypatch("Products.ZenModel.Device.Device")
def getAddedByPack(self):
    return "added to " + self.id
