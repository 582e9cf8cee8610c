// SPDX-License-Identifier: Apache-2.0
#include "session/signing.h"

#include <errno.h>
#include <string.h>

#include "base/nt_status.h"
#include "base/reader.h"
#include "base/writer.h"

// Where the fields of MS-SMB2 2.2.1.2 are, as far as a signature needs them.
enum {
	HEADER_LEN = 64,
	SIGNATURE_OFFSET = 48,
	COMMAND_CANCEL = 0x000C,
};
static const uint32_t protocol_id = 0x424D53FE;
static const uint32_t flag_server_to_redir = 0x00000001;
static const uint32_t flag_signed = 0x00000008;

struct signed_header {
	uint32_t status;
	uint16_t command;
	uint32_t flags;
	uint64_t message_id;
};

static bool header_read(struct span message, struct signed_header *h)
{
	struct reader r = reader_make(message);
	bool smb2 = reader_u32(&r) == protocol_id;
	smb2 &= reader_u16(&r) == HEADER_LEN;
	reader_skip(&r, 2); // CreditCharge
	h->status = reader_u32(&r);
	h->command = reader_u16(&r);
	reader_skip(&r, 2); // CreditRequest
	h->flags = reader_u32(&r);
	reader_skip(&r, 4); // NextCommand
	h->message_id = reader_u64(&r);
	reader_skip(&r, HEADER_LEN - 32); // Reserved, TreeId, SessionId, Signature
	return smb2 && reader_ok(&r);
}

static bool header_signable(
	enum signing_algorithm a, enum message_sender sender, const struct signed_header *h)
{
	// MS-SMB2 3.3.4.1.1: an interim response carries no signature of its own.
	if (sender == SENT_BY_SERVER && h->status == NT_STATUS_PENDING)
		return false;
	if (h->message_id == UINT64_MAX)
		return false;
	// With a nonce made of it, MessageId 0 would be used again and again (MS-SMB2 3.1.4.1).
	return h->message_id != 0 || (h->command == COMMAND_CANCEL && a != SIGNING_AES_GMAC);
}

static bool header_sent_by(enum message_sender sender, const struct signed_header *h)
{
	return ((h->flags & flag_server_to_redir) != 0) == (sender == SENT_BY_SERVER);
}

bool message_signable(enum signing_algorithm a, enum message_sender sender, struct span message)
{
	struct signed_header h;
	return header_read(message, &h) && header_signable(a, sender, &h);
}

// MS-SMB2 3.1.4.1: MessageId, then a bit for the server and one for CANCEL.
static void gmac_nonce(
	const struct signed_header *h, enum message_sender sender, uint8_t nonce[SIGN_NONCE_LEN])
{
	uint32_t server = sender == SENT_BY_SERVER ? 1u : 0u;
	uint32_t cancel = h->command == COMMAND_CANCEL ? 2u : 0u;
	struct writer w = writer_make(nonce, SIGN_NONCE_LEN);
	writer_u64(&w, h->message_id);
	writer_u32(&w, server | cancel);
}

// What is signed: the message with zeros for its signature, which a copy of the header has.
struct signed_parts {
	uint8_t header[HEADER_LEN];
	struct span parts[2];
};

static void signed_parts_init(struct signed_parts *s, struct span message)
{
	memcpy(s->header, message.data, SIGNATURE_OFFSET);
	memset(s->header + SIGNATURE_OFFSET, 0, SIGN_MAC_LEN);
	s->parts[0] = span_make(s->header, HEADER_LEN);
	s->parts[1] = span_make(message.data + HEADER_LEN, message.len - HEADER_LEN);
}

int message_sign(const struct sign_key *k, enum message_sender sender, uint8_t *message, size_t len)
{
	struct signed_header h;
	if (!header_read(span_make(message, len), &h) ||
		!header_signable(sign_key_algorithm(k), sender, &h) || !header_sent_by(sender, &h))
		return -EINVAL;
	struct signed_parts s;
	signed_parts_init(&s, span_make(message, len));
	uint8_t nonce[SIGN_NONCE_LEN];
	gmac_nonce(&h, sender, nonce);
	return sign_key_sign(k, span_make(nonce, sizeof(nonce)), s.parts, 2, message + SIGNATURE_OFFSET);
}

int message_verify(const struct sign_key *k, enum message_sender sender, struct span message)
{
	struct signed_header h;
	if (!header_read(message, &h) || (h.flags & flag_signed) == 0 ||
		!header_signable(sign_key_algorithm(k), sender, &h) || !header_sent_by(sender, &h))
		return -EBADMSG;
	struct signed_parts s;
	signed_parts_init(&s, message);
	uint8_t nonce[SIGN_NONCE_LEN];
	gmac_nonce(&h, sender, nonce);
	return sign_key_verify(
		k, span_make(nonce, sizeof(nonce)), s.parts, 2, message.data + SIGNATURE_OFFSET);
}
