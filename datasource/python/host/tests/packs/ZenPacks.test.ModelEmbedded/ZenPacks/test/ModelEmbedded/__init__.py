from . import zenpacklib

CFG = zenpacklib.ZenPackSpec(
    name=__name__,
    classes={
        "DEFAULTS": {"base": zenpacklib.Component},
        "Grid": {"base": zenpacklib.Device, "properties": {"health": {"label": "Health"}}},
        "Node": {"meta_type": "GridNode"},
        "Share": {},
    },
    class_relationships=zenpacklib.relationships_from_yuml("""
        // what a grid has
        [Grid]++-[Node]
        [Node]shares 1-.-* servedBy[Share]
        [Grid]++ -[Share]"""),
)
CFG.create()
