# SPDX-License-Identifier: Apache-2.0
"""AP-REQs made by hand from a ticket and its key, for what no client at hand sends: Windows' clients say in the
authenticator which service they mean (KERB_AUTH_DATA_CLIENT_TARGET, MS-KILE)."""

import datetime
import os
import struct

from impacket.krb5 import constants
from impacket.krb5.asn1 import AP_REQ, TGS_REP, Authenticator, seq_set
from impacket.krb5.ccache import CCache
from impacket.krb5.crypto import _enctype_table
from impacket.krb5.types import KerberosTime, Principal, Ticket
from pyasn1.codec.der import decoder, encoder
from pyasn1.type.univ import noValue

CLIENT_TARGET, IF_RELEVANT = 144, 1
MUTUAL, INTEGRITY = 0x02, 0x20
GSS_KERBEROS = bytes.fromhex("06092a864886f712010202") + b"\x01\x00"
SPNEGO, MS_KERBEROS = bytes.fromhex("06062b0601050502"), bytes.fromhex("06092a864882f712010202")


def der(tag, content):
    length = len(content)
    head = bytes([length]) if length < 128 else bytes([0x80 | (length.bit_length() + 7) // 8]) + length.to_bytes(
        (length.bit_length() + 7) // 8, "big")
    return bytes([tag]) + head + content


def ticket_of(env, service):
    """The KDC's answer with a ticket for the service, from the cache that env names, and the key in it."""
    found = CCache.loadFile(env["KRB5CCNAME"].removeprefix("FILE:")).getCredential(service).toTGS(service)
    return decoder.decode(found["KDC_REP"], asn1Spec=TGS_REP())[0], found["sessionKey"]


def authorization(target):
    """As Windows has it: within AD-IF-RELEVANT. target: bytes, or text."""
    value = target if isinstance(target, bytes) else target.encode("utf-16-le")
    entry = der(0x30, der(0xA0, der(2, CLIENT_TARGET.to_bytes(2, "big"))) + der(0xA1, der(4, value)))
    return der(0x30, entry)


def authenticator(reply, target):
    now = datetime.datetime.now(datetime.timezone.utc)
    a = Authenticator()
    a["authenticator-vno"], a["crealm"] = 5, str(reply["crealm"])
    name = Principal(str(reply["cname"]["name-string"][0]), type=constants.PrincipalNameType.NT_PRINCIPAL.value)
    seq_set(a, "cname", name.components_to_asn1)
    a["cusec"], a["ctime"] = now.microsecond, KerberosTime.to_asn1(now)
    a["cksum"] = noValue
    a["cksum"]["cksumtype"] = 0x8003  # RFC 4121 4.1.1
    a["cksum"]["checksum"] = struct.pack("<I16sI", 16, bytes(16), MUTUAL | INTEGRITY)
    a["seq-number"] = int.from_bytes(os.urandom(3), "big")
    a["authorization-data"] = noValue
    a["authorization-data"][0] = noValue
    a["authorization-data"][0]["ad-type"] = IF_RELEVANT
    a["authorization-data"][0]["ad-data"] = authorization(target)
    return encoder.encode(a)


def ap_req(env, service, target):
    """A token of SPNEGO with the ticket for service, whose authenticator says that target is meant."""
    reply, key = ticket_of(env, service)
    ticket = Ticket()
    ticket.from_asn1(reply["ticket"])
    request = AP_REQ()
    request["pvno"], request["msg-type"] = 5, 14
    request["ap-options"] = constants.encodeFlags([constants.APOptions.mutual_required.value])
    seq_set(request, "ticket", ticket.to_asn1)
    request["authenticator"] = noValue
    request["authenticator"]["etype"] = key.enctype
    request["authenticator"]["cipher"] = _enctype_table[key.enctype].encrypt(key, 11, authenticator(reply, target), None)
    token = der(0x60, GSS_KERBEROS + encoder.encode(request))
    offer = der(0xA0, der(0x30, MS_KERBEROS)) + der(0xA2, der(4, token))
    return der(0x60, SPNEGO + der(0xA0, der(0x30, offer)))
