"""A plugin whose base is in a pack that is not there."""

from ZenPacks.test.compatabsent.dsplugins import Base


class Elsewhere(Base):
    """Never comes to be."""
