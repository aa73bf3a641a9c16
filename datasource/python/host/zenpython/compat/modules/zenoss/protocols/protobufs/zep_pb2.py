"""`zenoss.protocols.protobufs.zep_pb2`: numbers of severities and states (spec §5.4)."""

__zenpython_permissive__ = True

SEVERITY_CLEAR, SEVERITY_DEBUG, SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR, SEVERITY_CRITICAL = range(6)

(
    STATUS_NEW,
    STATUS_ACKNOWLEDGED,
    STATUS_SUPPRESSED,
    STATUS_CLOSED,
    STATUS_CLEARED,
    STATUS_DROPPED,
    STATUS_AGED,
) = range(7)
