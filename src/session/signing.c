// SPDX-License-Identifier: Apache-2.0
#include "session/signing.h"

#include <errno.h>
#include <string.h>

#include "base/writer.h"
#include "wire/smb2/smb2_command.h"
#include "wire/smb2/smb2_header.h"

static bool header_read(struct span message, struct smb2_header *h)
{
	return smb2_header_decode(message, h) == VERDICT_OK;
}

static bool header_signable(enum signing_algorithm a, enum message_sender sender, const struct smb2_header *h)
{
	// MS-SMB2 3.3.4.1.1: an interim response carries no signature of its own.
	if (sender == SENT_BY_SERVER && nt_status_equal(h->status, STATUS(PENDING)))
		return false;
	if (h->message_id == SMB2_MESSAGE_ID_UNSOLICITED)
		return false;
	// With a nonce made of it, MessageId 0 would be used again and again (MS-SMB2 3.1.4.1).
	return h->message_id != 0 || (h->command == SMB2_CANCEL && a != SIGNING_AES_GMAC);
}

static bool header_sent_by(enum message_sender sender, const struct smb2_header *h)
{
	return smb2_header_is_response(h) == (sender == SENT_BY_SERVER);
}

bool message_signable(enum signing_algorithm a, enum message_sender sender, struct span message)
{
	struct smb2_header h;
	return header_read(message, &h) && header_signable(a, sender, &h);
}

// MS-SMB2 3.1.4.1: MessageId, then a bit for the server and one for CANCEL.
static void gmac_nonce(const struct smb2_header *h, enum message_sender sender, uint8_t nonce[SIGN_NONCE_LEN])
{
	uint32_t server = sender == SENT_BY_SERVER ? 1u : 0u;
	uint32_t cancel = h->command == SMB2_CANCEL ? 2u : 0u;
	struct writer w = writer_make(nonce, SIGN_NONCE_LEN);
	writer_u64(&w, h->message_id);
	writer_u32(&w, server | cancel);
}

// What is signed: the message with zeros for its signature, which a copy of the header has.
struct signed_parts {
	uint8_t header[SMB2_HEADER_LEN];
	struct span parts[2];
};

static void signed_parts_init(struct signed_parts *s, struct span message)
{
	memcpy(s->header, message.data, SMB2_HEADER_SIGNATURE_OFFSET);
	memset(s->header + SMB2_HEADER_SIGNATURE_OFFSET, 0, SIGN_MAC_LEN);
	s->parts[0] = span_make(s->header, SMB2_HEADER_LEN);
	s->parts[1] = span_make(message.data + SMB2_HEADER_LEN, message.len - SMB2_HEADER_LEN);
}

int message_sign(const struct sign_key *k, enum message_sender sender, uint8_t *message, size_t len)
{
	struct smb2_header h;
	if (!header_read(span_make(message, len), &h) ||
		!header_signable(sign_key_algorithm(k), sender, &h) || !header_sent_by(sender, &h))
		return -EINVAL;
	struct signed_parts s;
	signed_parts_init(&s, span_make(message, len));
	uint8_t nonce[SIGN_NONCE_LEN];
	gmac_nonce(&h, sender, nonce);
	return sign_key_sign(
		k, span_make(nonce, sizeof(nonce)), s.parts, 2, message + SMB2_HEADER_SIGNATURE_OFFSET);
}

int message_verify(const struct sign_key *k, enum message_sender sender, struct span message)
{
	struct smb2_header h;
	if (!header_read(message, &h) || (h.flags & SMB2_FLAGS_SIGNED) == 0 ||
		!header_signable(sign_key_algorithm(k), sender, &h) || !header_sent_by(sender, &h))
		return -EBADMSG;
	struct signed_parts s;
	signed_parts_init(&s, message);
	uint8_t nonce[SIGN_NONCE_LEN];
	gmac_nonce(&h, sender, nonce);
	return sign_key_verify(
		k, span_make(nonce, sizeof(nonce)), s.parts, 2, message.data + SMB2_HEADER_SIGNATURE_OFFSET);
}
