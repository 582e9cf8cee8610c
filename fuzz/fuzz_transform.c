// SPDX-License-Identifier: Apache-2.0
// What a peer can send instead of a sealed frame or a signed message: opened with each cipher and
// verified with each algorithm. The keys are those of Microsoft's posts on encryption, so that the
// corpus holds frames that open.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "session/sealing.h"
#include "session/signing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t key_ccm[32] = { 0x26, 0x1B, 0x72, 0x35, 0x05, 0x58, 0xF2, 0xE9, 0xDC, 0xF6, 0x13, 0x07,
	0x03, 0x83, 0xED, 0xBF };
static const uint8_t key_gcm[32] = { 0xA2, 0xF5, 0xE8, 0x0E, 0x5D, 0x59, 0x10, 0x30, 0x34, 0xF3, 0x2E, 0x52,
	0xF6, 0x98, 0xE5, 0xEC };

static struct seal_key *seal_keys[CIPHER_COUNT];
static struct sign_key *sign_keys[SIGNING_COUNT];

static void require(int condition)
{
	if (!condition)
		abort();
}

static void keys_make(void)
{
	for (int c = CIPHER_AES128_CCM; c < CIPHER_COUNT; c++) {
		const uint8_t *key = c == CIPHER_AES128_CCM || c == CIPHER_AES256_CCM ? key_ccm : key_gcm;
		struct span bytes = span_make(key, cipher_key_len((enum cipher)c));
		require(seal_key_new((enum cipher)c, bytes, &seal_keys[c]) == 0);
	}
	for (int a = 0; a < SIGNING_COUNT; a++)
		require(sign_key_new((enum signing_algorithm)a, span_make(key_gcm, SIGN_KEY_LEN),
				&sign_keys[a]) == 0);
}

static void try_verify(struct span message)
{
	for (int a = 0; a < SIGNING_COUNT; a++) {
		(void)message_signable((enum signing_algorithm)a, SENT_BY_CLIENT, message);
		(void)!message_verify(sign_keys[a], SENT_BY_CLIENT, message);
		(void)!message_verify(sign_keys[a], SENT_BY_SERVER, message);
	}
}

static void try_open(const struct seal_key *k, const uint8_t *data, size_t size)
{
	uint8_t *frame = malloc(size == 0 ? 1 : size);
	require(frame != NULL);
	memcpy(frame, data, size);
	struct span message = { NULL, 0 };
	if (message_open(k, frame, size, &message) == 0) {
		require(message.data == frame + TRANSFORM_HEADER_LEN &&
			message.len == size - TRANSFORM_HEADER_LEN);
		try_verify(message);
	} else {
		require(message.data == NULL);
	}
	free(frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (seal_keys[CIPHER_AES128_CCM] == NULL)
		keys_make();
	for (int c = CIPHER_AES128_CCM; c < CIPHER_COUNT; c++)
		try_open(seal_keys[c], data, size);
	try_verify(span_make(data, size));
	return 0;
}
