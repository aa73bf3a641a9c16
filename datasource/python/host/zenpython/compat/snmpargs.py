"""How plugins say who asks: net-snmp's command line arguments, for SNMP v3."""

from __future__ import annotations

from collections.abc import Iterable

from zenpython.compat.snmpengine import Credentials

_FIELDS = {
    "-u": "user", "-l": "level", "-a": "auth", "-A": "auth_key", "-x": "priv", "-X": "priv_key", "-n": "context",
}  # fmt: skip

_LEVELS = {"noauthnopriv": "noAuthNoPriv", "authnopriv": "authNoPriv", "authpriv": "authPriv"}


def credentials(version: str, community: str, arguments: Iterable[str]) -> Credentials:
    """Credentials for a version ("v1", "v2c", "v3", with or without the v) and what goes with it."""
    number = {"1": 1, "2": 2, "2c": 2, "3": 3}.get(str(version).lower().lstrip("v"))
    if number is None:
        raise ValueError(f"zSnmpVer is {version!r}: want v1, v2c or v3")
    if number < 3:
        return Credentials(number, community=community or "public")
    fields = _parse(arguments)
    fields["level"] = _LEVELS.get(fields.get("level", "").lower(), "noAuthNoPriv")
    for name in ("auth", "priv"):
        fields[name] = fields.get(name, "").upper().replace("_", "-")
    if fields["level"] == "noAuthNoPriv":
        fields["auth"] = fields["priv"] = ""
    elif fields["level"] == "authNoPriv":
        fields["priv"] = ""
    return Credentials(3, **fields)


def _parse(arguments: Iterable[str]) -> dict[str, str]:
    """Values by field of the options known; the value may stand in the option's own argument (`-v3`)."""
    fields: dict[str, str] = {}
    rest = iter([str(argument) for argument in arguments or ()])
    for argument in rest:
        option, value = argument[:2], argument[2:]
        if not value and option.startswith("-"):
            value = next(rest, "")
        if option in _FIELDS and value:
            fields[_FIELDS[option]] = value
    return fields
