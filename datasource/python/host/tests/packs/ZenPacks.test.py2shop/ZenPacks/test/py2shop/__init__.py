import Globals
from Products.ZenModel.ZenPack import ZenPackBase
