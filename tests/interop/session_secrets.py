# SPDX-License-Identifier: Apache-2.0
"""All that is secret about a session of NTLMv2 and SMB 3.1.1, worked out from the password and from what a proxy
saw of the log-on: independent of the code that is tested."""

import hashlib
import hmac
import struct

import tamper_proxy as mitm

KEY_LEN = 16
NEGOTIATE, SESSION_SETUP = 0, 1
AUTHENTICATE = b"NTLMSSP\0\3\0\0\0"
MORE_PROCESSING_REQUIRED = 0xC0000016


def command_of(frame):
    return struct.unpack_from("<H", frame, 12)[0] if frame[:4] == b"\xfeSMB" else None


class Recorder(mitm.TamperProxy):
    """A proxy that changes nothing and keeps the frames of negotiating and logging on, of all connections."""

    def __init__(self, port):
        self.frames = []
        super().__init__(port, self.keep)

    def keep(self, direction, _number, frame):
        if command_of(frame) in (NEGOTIATE, SESSION_SETUP):
            self.frames.append((direction, frame))

    def authenticate(self):
        """The AUTHENTICATE message, from where it begins."""
        for direction, frame in self.frames:
            at = frame.find(AUTHENTICATE)
            if direction == mitm.TO_SERVER and at >= 0:
                return frame[at:]
        return None

    def preauth_hash(self):
        """MS-SMB2 3.3.5.4, 3.3.5.5: of all messages up to the last request."""
        value = bytes(64)
        for direction, frame in self.frames:
            last = direction == mitm.TO_CLIENT and command_of(frame) == SESSION_SETUP and (
                struct.unpack_from("<L", frame, 8)[0] != MORE_PROCESSING_REQUIRED)
            if not last:
                value = hashlib.sha512(value + frame).digest()
        return value


def field(message, at):
    length, _, offset = struct.unpack_from("<HHL", message, at)
    return message[offset:offset + length]


def rc4(key, data):
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def hmac_md5(key, data):
    return hmac.new(key, data, hashlib.md5).digest()


def kdf(key, label, context):
    """SP 800-108, counter mode, HMAC-SHA256, 128 bits (MS-SMB2 3.1.4.2)."""
    text = struct.pack(">L", 1) + label + b"\0\0" + context + struct.pack(">L", 8 * KEY_LEN)
    return hmac.new(key, text, hashlib.sha256).digest()[:KEY_LEN]


def sbox(x):
    """FIPS 197 5.1.1, by its definition."""
    def times(a, b):
        product = 0
        for _ in range(8):
            product ^= a if b & 1 else 0
            a = (a << 1) ^ (0x11B if a & 0x80 else 0)
            b >>= 1
        return product
    inverse = next((y for y in range(256) if times(x, y) == 1), 0)
    out = 0x63
    for turn in range(5):
        out ^= ((inverse << turn) | (inverse >> (8 - turn))) & 0xFF
    return out


def second_round_key(key):
    """What follows the key itself in AES-128's key schedule (FIPS 197 5.2)."""
    words = [key[i:i + 4] for i in range(0, 16, 4)]
    turned = words[3][1:] + words[3][:1]
    mixed = bytes(sbox(b) for b in turned)
    mixed = bytes([mixed[0] ^ 1]) + mixed[1:]
    out = []
    for word in words:
        mixed = bytes(a ^ b for a, b in zip(word, mixed))
        out.append(mixed)
    return b"".join(out)


def ntlm_keys(exported):
    """MS-NLMP 3.4.5.2, 3.4.5.3: what signs the list of mechanisms."""
    found = {}
    for way in ("client-to-server", "server-to-client"):
        for use in ("signing", "sealing"):
            magic = f"session key to {way} {use} key magic constant\0".encode()
            found[f"NTLM {use} key, {way}"] = hashlib.md5(exported + magic).digest()
    return found


def smb_keys(session_key, recorder):
    """What SMB 3.1.1 derives (MS-SMB2 3.3.5.5.3): of a longer session key only the first 16 bytes count here."""
    context, key = recorder.preauth_hash(), session_key[:KEY_LEN]
    return {
        "signing key": kdf(key, b"SMBSigningKey", context),
        "application key": kdf(key, b"SMBAppKey", context),
        "server's sealing key": kdf(key, b"SMBS2CCipherKey", context),
        "client's sealing key": kdf(key, b"SMBC2SCipherKey", context),
    }


def with_schedules(keys):
    return keys | {f"schedule of the {name}": second_round_key(key) for name, key in keys.items()}


def session_secrets(password, nt_hash, recorder):
    """{what it is: bytes}. Needs a log-on that the recorder has seen."""
    message = recorder.authenticate()
    user, domain = field(message, 36).decode("utf-16le"), field(message, 28).decode("utf-16le")
    ntowf = hmac_md5(nt_hash, (user.upper() + domain).encode("utf-16le"))
    base = hmac_md5(ntowf, field(message, 20)[:KEY_LEN])
    exported = rc4(base, field(message, 52))
    return with_schedules(smb_keys(exported, recorder)) | ntlm_keys(exported) | {
        "password": password.encode(),
        "password in UTF-16": password.encode("utf-16le"),
        "NTOWFv2": ntowf,
        "session base key": base,
        "exported session key": exported,
    }
