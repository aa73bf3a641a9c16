"""Names of plugins for those who write `dsplugins.Orders` without the module."""

from Orders import Orders  # noqa: F401 - an implicit relative import, as Python 2 has it
