// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "base/secret.h"
#include "base/writer.h"
#include "crypto/hash.h"

// K(i) = PRF(key, [i] || Label || 0x00 || Context || [L]), both numbers of 32 bits, big endian.
static int kdf_block(uint32_t i, struct span key, struct span label, struct span context, uint32_t bits,
	uint8_t out[SHA256_LEN])
{
	static const uint8_t separator[1] = { 0 };
	uint8_t numbers[8];
	struct writer w = writer_make(numbers, sizeof(numbers));
	writer_u32_be(&w, i);
	writer_u32_be(&w, bits);
	const struct span parts[] = {
		span_make(numbers, 4),
		label,
		span_make(separator, 1),
		context,
		span_make(numbers + 4, 4),
	};
	return hmac_sha256(key, parts, sizeof(parts) / sizeof(parts[0]), out);
}

int kdf_ctr_hmac_sha256(struct span key, struct span label, struct span context, uint8_t *out, size_t out_len)
{
	if (out_len == 0 || out_len > KDF_OUT_LEN_MAX)
		return -EINVAL;
	uint8_t blocks[KDF_OUT_LEN_MAX];
	int err = 0;
	for (size_t done = 0; done < out_len && err == 0; done += SHA256_LEN)
		err = kdf_block((uint32_t)(done / SHA256_LEN + 1), key, label, context, (uint32_t)out_len * 8,
			blocks + done);
	if (err == 0)
		memcpy(out, blocks, out_len);
	secret_wipe_bytes(blocks, sizeof(blocks));
	return err;
}
