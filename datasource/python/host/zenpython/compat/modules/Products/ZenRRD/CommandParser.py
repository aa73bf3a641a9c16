"""`Products.ZenRRD.CommandParser`: bases of parsers of command output."""

from zenpython.compat.datamaps import ObjectMap  # noqa: F401 - parsers import it from here


class ParsedResults:
    """What a parser found: `events` (dictionaries) and `values` (pairs of datapoint and value)."""

    def __init__(self):
        self.events, self.values = [], []

    def __repr__(self):
        return f"ParsedResults: {len(self.events)} events, {len(self.values)} values"


class CommandParser:
    """A parser of one command's output."""

    createDefaultEventUsingExitCode = True

    def dataForParser(self, context, datapoint):
        """What of the model the parser wants with a datapoint."""
        return {}

    def preprocessResults(self, cmd, log):
        """The command whose results are to be parsed."""
        return cmd

    def processResults(self, cmd, results):
        """Put what the command's output tells into `results`; subclasses do."""
        raise NotImplementedError
