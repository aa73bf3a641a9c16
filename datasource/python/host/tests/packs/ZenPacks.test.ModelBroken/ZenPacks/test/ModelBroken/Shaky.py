from Products.ZenModel.DeviceComponent import DeviceComponent


class Shaky(DeviceComponent):
    def __init__(self, id, title=None):
        raise RuntimeError("no database")

    def setSpeed(self, value):
        raise ValueError("unusable speed %s" % value)

    def getLabel(self):
        return "label of " + self.id
