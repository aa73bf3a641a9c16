"""`zope.component` without a site: one registry of utilities and adapters for the process."""

from zope.interface.interface import adapter_hooks

from zenpython.compat import registry
from zenpython.compat.registry import ComponentLookupError, adapter, adapts  # noqa: F401 - foreign names

__zenpython_permissive__ = True

_components = registry.components()

# From now on IThing(obj) asks the registry, too.
adapter_hooks.append(lambda interface, obj: _components.query_adapter(obj, interface))

provideUtility = _components.provide_utility
queryUtility = _components.query_utility
getUtility = _components.get_utility
getUtilitiesFor = _components.utilities_for
provideAdapter = _components.provide_adapter
queryAdapter = _components.query_adapter
getAdapter = _components.get_adapter
provideSubscriptionAdapter = _components.provide_subscriber
subscribers = _components.subscribers
provideHandler = _components.provide_handler
handle = _components.handle


def getGlobalSiteManager():
    """The registry, by the names zope's site managers have."""
    return registry.SiteManager(_components)


getSiteManager = getGlobalSiteManager
