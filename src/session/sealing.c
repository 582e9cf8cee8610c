// SPDX-License-Identifier: Apache-2.0
#include "session/sealing.h"

#include <errno.h>

// What is authenticated without being encrypted: as it is on the wire, including the bytes of Nonce
// that the cipher does not use.
static struct span frame_aad(const uint8_t *frame)
{
	return span_make(frame + SMB2_TRANSFORM_AAD_OFFSET, SMB2_TRANSFORM_AAD_LEN);
}

// Nonce comes first in it.
static struct span frame_nonce(const struct seal_key *k, const uint8_t *frame)
{
	return span_make(frame + SMB2_TRANSFORM_AAD_OFFSET, cipher_nonce_len(seal_key_cipher(k)));
}

// MS-SMB2 3.1.4.3; the signature is filled in once there is one.
static int frame_header_put(
	struct nonce_counter *nonces, uint64_t session_id, uint32_t message_len, uint8_t *frame)
{
	struct smb2_transform_header h = {
		.original_message_size = message_len,
		.flags = SMB2_TRANSFORM_FLAG_ENCRYPTED,
		.session_id = session_id,
	};
	int err = nonce_counter_take(nonces, h.nonce);
	if (err != 0)
		return err;
	struct writer w = writer_make(frame, TRANSFORM_HEADER_LEN);
	smb2_transform_header_encode(&w, &h);
	return writer_ok(&w) ? 0 : -EINVAL;
}

// Checks the lengths and writes the header, with a nonce of its own.
static int frame_begin(struct nonce_counter *nonces, uint64_t session_id, uint8_t *frame, size_t len)
{
	if (len < TRANSFORM_HEADER_LEN + SMB2_HEADER_LEN)
		return -EINVAL;
	size_t message_len = len - TRANSFORM_HEADER_LEN;
	if (message_len > CRYPTO_MESSAGE_LEN_MAX)
		return -EMSGSIZE;
	return frame_header_put(nonces, session_id, (uint32_t)message_len, frame);
}

int message_seal(const struct seal_key *k, struct nonce_counter *nonces, uint64_t session_id, uint8_t *frame,
	size_t len)
{
	int err = frame_begin(nonces, session_id, frame, len);
	if (err != 0)
		return err;
	return seal_key_seal(k, frame_nonce(k, frame), frame_aad(frame), frame + TRANSFORM_HEADER_LEN,
		len - TRANSFORM_HEADER_LEN, frame + SMB2_TRANSFORM_SIGNATURE_OFFSET);
}

int message_seal_from(const struct seal_key *k, struct nonce_counter *nonces, uint64_t session_id,
	uint8_t *frame, size_t len, const struct seal_source *source)
{
	int err = frame_begin(nonces, session_id, frame, len);
	if (err != 0)
		return err;
	return seal_key_seal_from(k, frame_nonce(k, frame), frame_aad(frame), frame + TRANSFORM_HEADER_LEN,
		len - TRANSFORM_HEADER_LEN, source, frame + SMB2_TRANSFORM_SIGNATURE_OFFSET);
}

int message_open(const struct seal_key *k, uint8_t *frame, size_t len, struct span *message)
{
	struct smb2_transform_header h;
	if (smb2_transform_header_decode(span_make(frame, len), &h) != VERDICT_OK)
		return -EPROTO;
	uint8_t *data = frame + TRANSFORM_HEADER_LEN;
	size_t message_len = len - TRANSFORM_HEADER_LEN;
	int err = seal_key_open(k, frame_nonce(k, frame), frame_aad(frame), data, message_len, h.signature);
	if (err == 0)
		*message = span_make(data, message_len);
	return err;
}
