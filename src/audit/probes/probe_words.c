// SPDX-License-Identifier: Apache-2.0
#include "audit/probes/probe_words.h"

#include <errno.h>

#include "wire/smb2/smb2_header.h"
#include "wire/smb2/smb2_negotiate_contexts.h"

const char *dialect_words(uint16_t dialect)
{
	switch (dialect) {
	case SMB2_DIALECT_202:
		return "2.0.2";
	case SMB2_DIALECT_210:
		return "2.1";
	case SMB2_DIALECT_300:
		return "3.0";
	case SMB2_DIALECT_302:
		return "3.0.2";
	case SMB2_DIALECT_311:
		return "3.1.1";
	case SMB2_DIALECT_WILDCARD:
		return "2.???";
	default:
		return "unknown";
	}
}

const char *cipher_words(uint16_t cipher)
{
	switch (cipher) {
	case SMB2_CIPHER_NONE:
		return "none";
	case SMB2_CIPHER_AES_128_CCM:
		return "AES-128-CCM";
	case SMB2_CIPHER_AES_128_GCM:
		return "AES-128-GCM";
	case SMB2_CIPHER_AES_256_CCM:
		return "AES-256-CCM";
	case SMB2_CIPHER_AES_256_GCM:
		return "AES-256-GCM";
	default:
		return "unknown";
	}
}

const char *signing_words(uint16_t algorithm)
{
	switch (algorithm) {
	case SMB2_SIGNING_HMAC_SHA256:
		return "HMAC-SHA256";
	case SMB2_SIGNING_AES_CMAC:
		return "AES-CMAC";
	case SMB2_SIGNING_AES_GMAC:
		return "AES-GMAC";
	default:
		return "unknown";
	}
}

const char *compression_words(uint16_t algorithm)
{
	switch (algorithm) {
	case SMB2_COMPRESSION_NONE:
		return "none";
	case SMB2_COMPRESSION_LZNT1:
		return "LZNT1";
	case SMB2_COMPRESSION_LZ77:
		return "LZ77";
	case SMB2_COMPRESSION_LZ77_HUFFMAN:
		return "LZ77+Huffman";
	case SMB2_COMPRESSION_PATTERN_V1:
		return "Pattern_V1";
	case SMB2_COMPRESSION_LZ4:
		return "LZ4";
	default:
		return "unknown";
	}
}

const char *fault_words(int fault)
{
	switch (fault) {
	case -ETIMEDOUT:
		return "no answer in time";
	case -ECONNRESET:
	case -EPIPE:
		return "the connection was closed";
	case -ECONNREFUSED:
		return "the connection was refused";
	case -EHOSTUNREACH:
	case -ENETUNREACH:
		return "the host cannot be reached";
	case -EMSGSIZE:
		return "an answer longer than any should be";
	case -EPROTO:
	case -EBADMSG:
		return "an answer that is not as the protocol has it";
	case -ECANCELED:
		return "the host's time was up";
	case -EACCES:
		return "needs credentials";
	case -ENOMEM:
		return "memory is out";
	default:
		return "the connection failed";
	}
}

const char *stop_words(const struct probe *p, int fault)
{
	return fault == -ECANCELED && p->error != NULL ? p->error : fault_words(fault);
}

const char *dialect_missing_words(const struct fact *dialect)
{
	if (fact_is(dialect, ANSWER_YES))
		return NULL;
	return fact_is(dialect, ANSWER_NO) ? "the dialect is not accepted"
					   : "whether the dialect is accepted is not known";
}

const char *status_words(struct arena *a, struct nt_status s)
{
	const char *text = arena_printf(a, "%s (0x%08X)", nt_status_name(s), s.code);
	return text != NULL ? text : nt_status_name(s);
}
