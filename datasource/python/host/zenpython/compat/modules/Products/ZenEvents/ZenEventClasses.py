"""`Products.ZenEvents.ZenEventClasses`: severities and the paths of event classes (spec §5.4, §7.5)."""

Clear, Debug, Info, Warning, Error, Critical = range(6)

Severities = ("Clear", "Debug", "Info", "Warning", "Error", "Critical")

_NAMES = """
    App_Start App_Stop Change Change_Add Change_Remove Change_Set Change_Rebuild Change_Add_Blocked
    Change_Remove_Blocked Change_Set_Blocked Cmd_Fail Cmd_Ok Heartbeat Perf_Snmp Perf_XmlRpc Status_Heartbeat
    Status_IpService Status_Nagios Status_OSProcess Status_Perf Status_Ping Status_Ping_Lag Status_RRD Status_Snmp
    Status_Update Status_Web Status_Wmi Status_Wmi_Conn Status_WinService Status_XmlRpc Status_ZEP Capacity Unknown
"""

_PATHS = _NAMES.split()

globals().update({name: "/" + name.replace("_", "/") for name in _PATHS})

__all__ = [*Severities, "Severities", *_PATHS]
