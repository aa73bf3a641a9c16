"""`pkg_resources`, where setuptools is not installed: what packs and their bundled libraries call at import."""

import importlib.metadata
import os
import sys

__zenpython_permissive__ = True

DistributionNotFound = importlib.metadata.PackageNotFoundError


def declare_namespace(name):
    """Do nothing: the import machinery makes ZenPacks namespaces itself."""


def resource_filename(package, resource):
    """The file of a resource beside the module `package`."""
    return os.path.join(os.path.dirname(sys.modules[package].__file__), *resource.split("/"))


def resource_string(package, resource):
    """The octets of a resource beside the module `package`."""
    with open(resource_filename(package, resource), "rb") as opened:
        return opened.read()


def get_distribution(name):
    """The installed distribution, with its `version`; DistributionNotFound where there is none."""
    return importlib.metadata.distribution(name)


def iter_entry_points(group, name=None):
    """Entry points of installed distributions."""
    return iter(e for e in importlib.metadata.entry_points(group=group) if name in (None, e.name))
