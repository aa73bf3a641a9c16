"""`pynetsnmp.twistedsnmp`: an SNMP agent to ask, over a maintained library (see zenpython.compat.snmpengine)."""

from twisted.internet import defer
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.error import TimeoutError  # noqa: F401 - plugins take it from here

from zenpython.compat import snmpargs
from zenpython.compat.snmpengine import Engine, NoSuchName, SnmpError

__zenpython_permissive__ = True

# Making an engine costs tens of milliseconds and plugins make a proxy each cycle: engines stay, by credentials.
_MAX_ENGINES = 64
_engines = {}


def _engine(credentials):
    engine = _engines.pop(credentials, None) or Engine(credentials)
    _engines[credentials] = engine
    if len(_engines) > _MAX_ENGINES:
        _engines.pop(next(iter(_engines))).close()
    return engine


class AgentProxy:
    """An SNMP agent. `open()`, then ask; the Deferreds fail with TimeoutError when it does not answer."""

    def __init__(
        self,
        ip,
        port=161,
        community="public",
        snmpVersion="1",
        protocol=None,
        allowCache=False,
        timeout=1.5,
        tries=3,
        cmdLineArgs=(),
    ):
        self.ip, self.port = ip, int(port)
        self.timeout, self.tries = float(timeout), int(tries)
        self.snmpVersion, self.community, self.cmdLineArgs = snmpVersion, community, cmdLineArgs
        self._credentials = snmpargs.credentials(snmpVersion, community, cmdLineArgs)
        self._engine = None
        self._targets = {}

    def open(self):
        """Get ready to ask."""
        self._engine = _engine(self._credentials)

    def close(self):
        """Forget the agent; answers that still come are dropped."""
        for target in self._targets.values():
            self._engine.remove_target(target)
        self._targets = {}

    def get(self, oidStrs, timeout=None, retryCount=None):
        """A Deferred of oid -> value for scalars; None for what the agent does not have."""
        return defer.ensureDeferred(self._get(list(oidStrs), timeout, retryCount))

    def getTable(self, oids, timeout=None, retryCount=None, maxRepetitions=50, limit=None, **options):
        """A Deferred of column oid (as given) -> oid -> value, each column walked to its end (or `limit` rows)."""
        return defer.ensureDeferred(self._columns(list(oids), timeout, retryCount, int(maxRepetitions), limit))

    def walk(self, startoid, timeout=None, retryCount=None, maxRepetitions=50):
        """A Deferred of oid -> value for all below an oid."""
        return defer.ensureDeferred(self._column(startoid, timeout, retryCount, int(maxRepetitions), None))

    async def _get(self, oids, timeout, retries):
        target = await self._target(timeout, retries)
        asked = list(oids)
        found = {}
        while asked:
            try:
                found.update(await self._engine.get(target, asked))
                break
            except NoSuchName as missing:
                oid = asked.pop(missing.index - 1)
                found["." + oid.strip(".")] = None
        return found

    async def _columns(self, oids, timeout, retries, repetitions, limit):
        walks = [defer.ensureDeferred(self._column(oid, timeout, retries, repetitions, limit)) for oid in oids]
        try:
            columns = await defer.gatherResults(walks, consumeErrors=True)
        except defer.FirstError as first:
            raise first.subFailure.value from None
        return dict(zip(oids, columns, strict=True))

    async def _column(self, oid, timeout, retries, repetitions, limit):
        target = await self._target(timeout, retries)
        prefix = "." + oid.strip(".") + "."
        rows, last = {}, prefix.rstrip(".")
        while limit is None or len(rows) < limit:
            try:
                pairs = await self._engine.next(target, [last], repetitions)
            except NoSuchName:
                break
            for found, value in pairs:
                # An agent whose oids do not grow would be walked for ever.
                if not found.startswith(prefix) or _numbers(found) <= _numbers(last):
                    return rows
                rows[found], last = value, found
            if not pairs:
                break
        return rows

    async def _target(self, timeout, retries):
        if self._engine is None:
            raise SnmpError(f"{self.ip}: the proxy is not open")
        wanted = (
            self.timeout if timeout is None else float(timeout),
            self.tries - 1 if retries is None else int(retries),
        )
        if wanted not in self._targets:
            address = await self._address()
            # Another request may have come first while the name was looked up.
            if wanted not in self._targets:
                self._targets[wanted] = self._engine.add_target(address, self.port, *wanted)
        return self._targets[wanted]

    async def _address(self):
        from twisted.internet import reactor

        if isIPAddress(self.ip) or isIPv6Address(self.ip):
            return self.ip
        return await reactor.resolve(self.ip)


def _numbers(oid):
    return [int(part) for part in oid.strip(".").split(".")]
