// SPDX-License-Identifier: Apache-2.0
// Any token to both decoders; what decodes must encode to something that decodes to the same.
#include <stdlib.h>

#include "wire/spnego/spnego.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUT_LEN = SPNEGO_TOKEN_LEN_MAX + 1024 };

static void init_again(const struct spnego_init *init)
{
	static uint8_t out[OUT_LEN];
	struct writer w = writer_make(out, sizeof(out));
	struct spnego_init back;

	spnego_init_encode(&w, init);
	if (!writer_ok(&w) || w.pos > SPNEGO_TOKEN_LEN_MAX)
		return;
	if (spnego_init_decode(writer_since(&w, 0), &back) != VERDICT_OK ||
		back.mech_type_count != init->mech_type_count ||
		!span_equal(back.mech_token, init->mech_token) ||
		!span_equal(back.mech_list_mic, init->mech_list_mic))
		abort();
}

static void resp_again(const struct spnego_resp *resp)
{
	static uint8_t out[OUT_LEN];
	struct writer w = writer_make(out, sizeof(out));
	struct spnego_resp back;

	spnego_resp_encode(&w, resp);
	if (!writer_ok(&w) || w.pos > SPNEGO_TOKEN_LEN_MAX)
		return;
	if (spnego_resp_decode(writer_since(&w, 0), &back) != VERDICT_OK ||
		back.neg_state != resp->neg_state || !span_equal(back.response_token, resp->response_token) ||
		!span_equal(back.mech_list_mic, resp->mech_list_mic))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span token = span_make(data, size);
	struct spnego_init init;
	struct spnego_resp resp;

	if (spnego_token_kind_of(token) == SPNEGO_TOKEN_NTLMSSP && size < 8)
		abort();
	if (spnego_init_decode(token, &init) == VERDICT_OK)
		init_again(&init);
	if (spnego_resp_decode(token, &resp) == VERDICT_OK)
		resp_again(&resp);
	return 0;
}
