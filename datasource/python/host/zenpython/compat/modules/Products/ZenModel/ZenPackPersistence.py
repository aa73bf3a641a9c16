"""`Products.ZenModel.ZenPackPersistence`: says which pack a class belongs to."""


class ZenPackPersistence:
    """Mix-in of classes whose objects belong to the pack `ZENPACKID`."""

    ZENPACKID = None

    def getZenPack(self, context):
        """The pack object; there is none here."""
        return None
