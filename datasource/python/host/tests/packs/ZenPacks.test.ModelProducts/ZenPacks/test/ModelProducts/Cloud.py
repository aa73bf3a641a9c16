from Products.ZenModel.Device import Device
from Products.ZenRelations.RelSchema import ToManyCont, ToOne


class Cloud(Device):
    meta_type = portal_type = "TestCloud"
    _relations = Device._relations + (
        ("zones", ToManyCont(ToOne, "ZenPacks.test.ModelProducts.Zone.Zone", "cloud")),
    )

    def __init__(self, *args, **kw):
        super(Cloud, self).__init__(*args, **kw)
        self._zonesSeen = 0

    def isRootAdmin(self):
        return len(self.getDeviceComponents(type="TestZone")) > 1

    def getRRDTemplates(self):
        if not self.isRootAdmin():
            return []
        return super(Cloud, self).getRRDTemplates()

    def setZoneCount(self, count):
        if not isinstance(count, (int, long)):
            raise ValueError, "no count"
        self._zonesSeen = count

    def getZoneCount(self):
        return self._zonesSeen
