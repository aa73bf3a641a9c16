package configs

import "slices"

// PlatformZProperties returns the zProperties the Zenoss platform itself defines, with the values a new installation
// has at the root of its trees, sorted by category and name. The caller owns the result.
func PlatformZProperties() []ZProperty {
	properties := slices.Clone(platformZProperties)
	for i, p := range properties {
		if lines, ok := p.Default.([]string); ok {
			properties[i].Default = slices.Clone(lines)
		}
	}
	return properties
}

// platformDefinitions returns PlatformZProperties by name.
func platformDefinitions() map[string]ZProperty {
	definitions := make(map[string]ZProperty, len(platformZProperties))
	for _, p := range PlatformZProperties() {
		definitions[p.Name] = p
	}
	return definitions
}

// The categories of the platform's zProperties.
const (
	zCommand   = "Commands and SSH"
	zConfig    = "Configuration cache"
	zEvents    = "Event classes"
	zMisc      = "Misc"
	zModeler   = "Modeler"
	zNetworks  = "Networks"
	zRetired   = "Older platforms" // no longer defined by the newest one, still asked for by packs
	zSNMP      = "SNMP"
	zTelnet    = "Telnet"
	zZenpython = "zenpython" // our own
)

// ZListen names the zProperty that holds the address of the daemon's own listener: whoever builds configs puts in the
// one in use.
const ZListen = "zZenpythonListen"

var platformZProperties = []ZProperty{
	{"zCommandCollectionInterval", ZInt, 300, "seconds between two collections of a data source that sets no cycle time of its own", zCommand},
	{"zCommandCommandTimeout", ZFloat, 15.0, "seconds a command may take", zCommand},
	{"zCommandExistanceTest", ZString, "test -f %s", "command that tells whether a plugin file exists", zCommand},
	{"zCommandLoginTimeout", ZFloat, 10.0, "seconds to wait for a login", zCommand},
	{"zCommandLoginTries", ZInt, 1, "attempts to log in", zCommand},
	{"zCommandPassword", ZPassword, "", "password for commands and SSH", zCommand},
	{"zCommandPath", ZString, "/opt/zenoss/libexec", "folder of command plugins", zCommand},
	{"zCommandPort", ZInt, 22, "port for commands", zCommand},
	{"zCommandProtocol", ZString, "ssh", "ssh or telnet", zCommand},
	{"zCommandSearchPath", ZLines, []string{}, "folders to seek commands in", zCommand},
	{"zCommandUserCommandTimeout", ZFloat, 15.0, "seconds a command started by a person may take", zCommand},
	{"zCommandUsername", ZString, "", "user for commands and SSH", zCommand},
	{"zKeyPath", ZString, "~/.ssh/id_dsa", "file of the private SSH key", zCommand},
	{"zSshConcurrentSessions", ZInt, 10, "SSH sessions to one device at a time", zCommand},

	{"zDeviceConfigBuildTimeout", ZInt, 7200, "seconds building a device's configuration may take", zConfig},
	{"zDeviceConfigMinimumTTL", ZInt, 0, "seconds a device's configuration is kept at least", zConfig},
	{"zDeviceConfigPendingTimeout", ZInt, 7200, "seconds a device's configuration may wait to be built", zConfig},
	{"zDeviceConfigTTL", ZInt, 43200, "seconds after which a device's configuration is built again", zConfig},

	{"zEventAction", ZString, "status", "where an event goes: status, history or drop", zEvents},
	{"zEventClearClasses", ZLines, []string{}, "further event classes that a clear of this class clears", zEvents},
	{"zEventMaxTransformFails", ZInt, 10, "failures after which a transform is switched off", zEvents},
	{"zEventSeverity", ZInt, -1, "severity given to events, -1 for the one they have", zEvents},
	{"zFlappingIntervalSeconds", ZInt, 3600, "seconds in which changes count as flapping", zEvents},
	{"zFlappingSeverity", ZInt, 4, "severity from which flapping is watched", zEvents},
	{"zFlappingThreshold", ZInt, 4, "changes that make flapping", zEvents},

	{"zCredentialsZProperties", ZLines, []string{}, "zProperties that hold a device class's credentials", zMisc},
	{"zDeviceTemplates", ZLines, []string{"Device"}, "templates bound to devices", zMisc},
	{"zEnablePassword", ZPassword, "", "enable password of routers", zMisc},
	{"zFileSystemSizeOffset", ZFloat, 1.0, "share of a file system that ordinary users can fill", zMisc},
	{"zIcon", ZString, "/zport/dmd/img/icons/noicon.png", "icon of a device", zMisc},
	{"zIfDescription", ZBool, false, "show the description of interfaces", zMisc},
	{"zLinks", ZString, "", "links shown with a device", zMisc},
	{"zNoRelationshipCopy", ZLines, []string{"pack"}, "relations left out when an object is copied", zMisc},
	{"zPingMonitorIgnore", ZBool, false, "do not ping", zMisc},
	{"zProdStateThreshold", ZInt, 300, "production state from which a device is monitored", zMisc},
	{"zPythonClass", ZString, "", "model class of a device class's devices", zMisc},
	{"zStatusConnectTimeout", ZFloat, 15.0, "seconds to wait for an IP service to answer", zMisc},
	{"zStatusEventClass", ZString, "/Status/", "event class whose critical events mean that a device is down", zMisc},
	{"zUsesManageIp", ZBool, true, "devices of the class have a management address", zMisc},
	{"zUsesStandardDeviceCreationJob", ZBool, true, "devices of the class are added in the usual way", zMisc},

	{"zCollectorClientTimeout", ZInt, 180, "seconds modeling a device may take", zModeler},
	{"zCollectorDecoding", ZString, "utf-8", "encoding of text that devices send", zModeler},
	{"zCollectorLogChanges", ZBool, true, "log changes of the model", zModeler},
	{"zCollectorPlugins", ZLines, []string{}, "modeler plugins", zModeler},
	{"zFileSystemMapIgnoreNames", ZString, "", "regex of file systems left out of the model", zModeler},
	{"zFileSystemMapIgnoreTypes", ZLines, []string{
		"other", "ram", "virtualMemory", "removableDisk", "floppyDisk", "compactDisk", "ramDisk", "flashMemory", "networkDisk",
	}, "types of file systems left out of the model", zModeler},
	{"zHardDiskMapMatch", ZString, "", "regex of disks taken into the model", zModeler},
	{"zInterfaceMapIgnoreDescriptions", ZString, "", "regex of descriptions whose interfaces are left out of the model", zModeler},
	{"zInterfaceMapIgnoreNames", ZString, "", "regex of interfaces left out of the model", zModeler},
	{"zInterfaceMapIgnoreTypes", ZString, "", "regex of types whose interfaces are left out of the model", zModeler},
	{"zIpServiceMapMaxPort", ZInt, 1024, "highest port modeled as an IP service", zModeler},
	{"zLocalInterfaceNames", ZString, "^lo|^vmnet", "regex of interfaces whose addresses are left out of networks", zModeler},
	{"zLocalIpAddresses", ZString, `^127|^0\.0|^169\.254|^224`, "regex of addresses that are left out of networks", zModeler},
	{"zNmapPortscanOptions", ZString, "-p 1-1024 -sT --open -oG -", "options of nmap for the port scan", zModeler},
	{"zRouteMapCollectOnlyIndirect", ZBool, false, "model indirect routes only", zModeler},
	{"zRouteMapCollectOnlyLocal", ZBool, false, "model local routes only", zModeler},
	{"zRouteMapMaxRoutes", ZInt, 500, "most routes modeled", zModeler},
	{"zSysedgeDiskMapIgnoreNames", ZString, "", "regex of disks left out of the Sysedge model", zModeler},

	{"zAutoDiscover", ZBool, true, "discover devices in a network", zNetworks},
	{"zDrawMapLinks", ZBool, true, "draw a network's links on the map", zNetworks},
	{"zPingFailThresh", ZInt, 168, "failed pings after which an address is removed", zNetworks},
	{"zPreferSnmpNaming", ZBool, false, "name discovered devices by SNMP rather than DNS", zNetworks},
	{"zSnmpStrictDiscovery", ZBool, false, "discover only devices that answer SNMP", zNetworks},

	{"zCommandCycleTime", ZInt, 60, "seconds between two commands", zRetired},
	{"zWinEventlog", ZBool, false, "read the Windows event log", zRetired},
	{"zWinEventlogClause", ZString, "", "condition on entries of the Windows event log", zRetired},
	{"zWinEventlogMinSeverity", ZInt, 2, "severity from which entries of the Windows event log are read", zRetired},
	{"zWinPassword", ZPassword, "", "password for Windows", zRetired},
	{"zWinUser", ZString, "", "user for Windows", zRetired},
	{"zWmiMonitorIgnore", ZBool, true, "do not ask by WMI", zRetired},
	{"zXmlRpcMonitorIgnore", ZBool, true, "do not ask by XML-RPC", zRetired},

	{"zMaxOIDPerRequest", ZInt, 40, "object ids in one SNMP request", zSNMP},
	{"zSnmpAuthPassword", ZPassword, "", "authentication key of SNMPv3", zSNMP},
	{"zSnmpAuthType", ZString, "", "authentication protocol of SNMPv3", zSNMP},
	{"zSnmpCollectionInterval", ZInt, 300, "seconds between two SNMP collections", zSNMP},
	{"zSnmpCommunities", ZLines, []string{"public", "private"}, "communities tried in turn by the modeler", zSNMP},
	{"zSnmpCommunity", ZString, "public", "SNMP community", zSNMP},
	{"zSnmpContext", ZString, "", "context of SNMPv3", zSNMP},
	{"zSnmpDiscoveryPorts", ZLines, []string{}, "ports tried when an SNMP agent is sought", zSNMP},
	{"zSnmpEngineId", ZString, "", "engine id of SNMPv3", zSNMP},
	{"zSnmpMonitorIgnore", ZBool, false, "do not ask by SNMP", zSNMP},
	{"zSnmpPort", ZInt, 161, "port of the SNMP agent", zSNMP},
	{"zSnmpPrivPassword", ZPassword, "", "encryption key of SNMPv3", zSNMP},
	{"zSnmpPrivType", ZString, "", "encryption protocol of SNMPv3", zSNMP},
	{"zSnmpSecurityName", ZString, "", "user of SNMPv3", zSNMP},
	{"zSnmpTimeout", ZFloat, 1.0, "seconds to wait for an SNMP answer", zSNMP},
	{"zSnmpTries", ZInt, 6, "attempts of an SNMP request", zSNMP},
	{"zSnmpVer", ZString, "v2c", "SNMP version: v1, v2c or v3", zSNMP},

	{"zTelnetEnable", ZBool, false, "give the enable command after login", zTelnet},
	{"zTelnetEnableRegex", ZString, "assword:", "regex of the enable prompt", zTelnet},
	{"zTelnetLoginRegex", ZString, "ogin:.$", "regex of the login prompt", zTelnet},
	{"zTelnetPasswordRegex", ZString, "assword:", "regex of the password prompt", zTelnet},
	{"zTelnetPromptTimeout", ZFloat, 10.0, "seconds to wait for a prompt", zTelnet},
	{"zTelnetSuccessRegexList", ZLines, []string{`\$.$`, `\#.$`}, "regexes of the command prompt", zTelnet},
	{"zTelnetTermLength", ZBool, true, "switch off paging after login", zTelnet},

	{ZListen, ZString, "127.0.0.1:14682", "host:port of the daemon's own listener; the daemon puts in its own", zZenpython},
}
