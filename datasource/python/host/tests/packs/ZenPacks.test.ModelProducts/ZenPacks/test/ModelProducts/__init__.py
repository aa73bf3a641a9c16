import Globals
from Products.ZenModel.ZenPack import ZenPack as ZenPackBase
from Products.ZenUtils.Utils import unused
unused(Globals)


class ZenPack(ZenPackBase):
    packZProperties = [("zCloudKey", "", "password")]
