"""An SNMP agent in memory, for v1 and v2c."""

from __future__ import annotations

from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto import api
from pysnmp.proto.api import v2c
from twisted.internet import protocol


def numbers(oid):
    return tuple(int(part) for part in oid.strip(".").split("."))


class Agent(protocol.DatagramProtocol):
    """Answers from `objects`: oid -> value. `lies` makes getnext answer the oid asked for."""

    def __init__(self, objects, community="public"):
        self.objects = {numbers(oid): value for oid, value in objects.items()}
        self.community = community
        self.lies = False

    def datagramReceived(self, datagram, address):
        version = int(api.decodeMessageVersion(datagram))
        proto = api.PROTOCOL_MODULES[version]
        message, _ = decoder.decode(datagram, asn1Spec=proto.Message())
        if bytes(proto.apiMessage.get_community(message)) != self.community.encode():
            return
        request, response = proto.apiMessage.get_pdu(message), proto.apiMessage.get_response(message)
        answer = proto.apiMessage.get_pdu(response)
        asked = [tuple(oid) for oid, _ in proto.apiPDU.get_varbinds(request)]
        get = request.isSameTypeWith(proto.GetRequestPDU())
        repetitions = 1 if get or version == 0 else int(proto.apiBulkPDU.get_max_repetitions(request))
        pairs = []
        for index, oid in enumerate(asked):
            found = [oid] if get else self._after(oid)[:repetitions]
            found = [each for each in found if each in self.objects]
            if found:
                pairs += [(each, self.objects[each]) for each in found]
            elif version == 0:
                proto.apiPDU.set_error_status(answer, 2)
                proto.apiPDU.set_error_index(answer, index + 1)
                pairs = [(each, proto.Null("")) for each in asked]
                break
            else:
                pairs.append((oid, v2c.NoSuchObject("") if get else v2c.EndOfMibView("")))
        proto.apiPDU.set_varbinds(answer, pairs)
        self.transport.write(encoder.encode(response), address)

    def _after(self, oid):
        if self.lies:
            return [max(self.objects)]
        return sorted(each for each in self.objects if each > oid)
