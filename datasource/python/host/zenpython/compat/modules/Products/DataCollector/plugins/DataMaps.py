"""`Products.DataCollector.plugins.DataMaps`: see spec §6.1."""

from zenpython.compat.datamaps import MultiArgs, ObjectMap, PbSafe, RelationshipMap  # noqa: F401 - foreign names

PLUGIN_NAME_ATTR = "plugin_name"
