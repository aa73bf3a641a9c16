"""`ZenPacks.zenoss.PythonCollector`: the names of the pack that plugins build on."""
