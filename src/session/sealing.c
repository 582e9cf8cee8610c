// SPDX-License-Identifier: Apache-2.0
#include "session/sealing.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/reader.h"
#include "base/writer.h"

// SMB2 TRANSFORM_HEADER (MS-SMB2 2.2.41). What follows the signature is authenticated as it is,
// including the bytes of Nonce that the cipher does not use.
enum {
	SIGNATURE_OFFSET = 4,
	AAD_OFFSET = 20, // Nonce, OriginalMessageSize, Reserved, Flags, SessionId
	NONCE_FIELD_LEN = 16,
	FLAGS_ENCRYPTED = 0x0001, // in 3.0 and 3.0.2 EncryptionAlgorithm: AES-128-CCM has the same number
};
static const uint32_t protocol_id = 0x424D53FD;

static void header_put(uint8_t *frame, const uint8_t *nonce, uint32_t message_len, uint64_t session_id)
{
	struct writer w = writer_make(frame, TRANSFORM_HEADER_LEN);
	writer_u32(&w, protocol_id);
	writer_zeros(&w, SEAL_TAG_LEN);
	writer_bytes(&w, nonce, SEAL_NONCE_LEN_MAX);
	writer_zeros(&w, NONCE_FIELD_LEN - SEAL_NONCE_LEN_MAX);
	writer_u32(&w, message_len);
	writer_u16(&w, 0); // Reserved
	writer_u16(&w, FLAGS_ENCRYPTED);
	writer_u64(&w, session_id);
}

static struct span frame_aad(const uint8_t *frame)
{
	return span_make(frame + AAD_OFFSET, TRANSFORM_HEADER_LEN - AAD_OFFSET);
}

static struct span frame_nonce(const struct seal_key *k, const uint8_t *frame)
{
	return span_make(frame + AAD_OFFSET, cipher_nonce_len(seal_key_cipher(k)));
}

int message_seal(const struct seal_key *k, struct nonce_counter *nonces, uint64_t session_id, uint8_t *frame,
	size_t len)
{
	if (len <= TRANSFORM_HEADER_LEN)
		return -EINVAL;
	size_t message_len = len - TRANSFORM_HEADER_LEN;
	if (message_len > CRYPTO_MESSAGE_LEN_MAX)
		return -EMSGSIZE;
	uint8_t nonce[SEAL_NONCE_LEN_MAX];
	int err = nonce_counter_take(nonces, nonce);
	if (err != 0)
		return err;
	header_put(frame, nonce, (uint32_t)message_len, session_id);
	return seal_key_seal(k, frame_nonce(k, frame), frame_aad(frame), frame + TRANSFORM_HEADER_LEN,
		message_len, frame + SIGNATURE_OFFSET);
}

// MS-SMB2 3.3.5.2.1.1: Flags must be Encrypted. A size other than what follows has no meaning that
// two receivers would agree on.
static bool header_valid(struct span frame)
{
	struct reader r = reader_make(frame);
	bool valid = reader_u32(&r) == protocol_id;
	reader_skip(&r, SEAL_TAG_LEN + NONCE_FIELD_LEN);
	uint32_t message_len = reader_u32(&r);
	reader_skip(&r, 2); // Reserved
	valid &= reader_u16(&r) == FLAGS_ENCRYPTED;
	reader_skip(&r, 8); // SessionId: how the caller found the key
	return valid && reader_ok(&r) && message_len > 0 && message_len == reader_left(&r);
}

int message_open(const struct seal_key *k, uint8_t *frame, size_t len, struct span *message)
{
	if (!header_valid(span_make(frame, len)))
		return -EPROTO;
	uint8_t *data = frame + TRANSFORM_HEADER_LEN;
	size_t message_len = len - TRANSFORM_HEADER_LEN;
	int err = seal_key_open(
		k, frame_nonce(k, frame), frame_aad(frame), data, message_len, frame + SIGNATURE_OFFSET);
	if (err == 0)
		*message = span_make(data, message_len);
	return err;
}
