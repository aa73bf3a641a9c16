"""`Products.ZenCollector.pools`: named dictionaries for connections shared between tasks."""

_pools = {}


def getPool(name="default"):
    """The dictionary of that name, made at its first use and kept for the life of the process."""
    return _pools.setdefault(name, {})
