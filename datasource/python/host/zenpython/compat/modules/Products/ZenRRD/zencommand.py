"""`Products.ZenRRD.zencommand`: the configuration objects of the command collector that others borrow."""

__zenpython_permissive__ = True


class DataPointConfig:
    """One datapoint of a command."""

    id = ""
    component = ""
    rrdPath = ""
    rrdType = None
    rrdCreateCommand = ""
    rrdMin = None
    rrdMax = None

    def __init__(self):
        self.data = {}


class Cmd:
    """One command: what runs, when, and the datapoints it feeds."""

    device = ""
    command = None
    component = ""
    ds = ""
    useSsh = False
    cycleTime = None
    eventClass = None
    eventKey = None
    severity = 3
    lastStart = 0
    lastStop = 0
    result = None

    def __init__(self):
        self.points = []
