from Products.ZenModel.DeviceComponent import DeviceComponent
from Products.ZenModel.ManagedEntity import ManagedEntity
from Products.ZenRelations.RelSchema import ToManyCont, ToOne
from Products.Zuul.interfaces import ICatalogTool
from Products.ZenModel.ZenossSecurity import ZEN_CHANGE_DEVICE


class Zone(DeviceComponent, ManagedEntity):
    meta_type = portal_type = "TestZone"
    region = None
    _properties = ManagedEntity._properties + (
        {"id": "region", "type": "string", "mode": ""},
    )
    _relations = ManagedEntity._relations + (
        ("cloud", ToOne(ToManyCont, "ZenPacks.test.ModelProducts.Cloud.Cloud", "zones")),
    )
    factory_type_information = ({"actions": ({"permissions": (ZEN_CHANGE_DEVICE,)},)},)

    def device(self):
        return self.cloud()

    def getRRDTemplateName(self):
        return "CloudZone"

    def siblings(self):
        return [z.id for z in self.cloud().zones() if z.id != self.id]
