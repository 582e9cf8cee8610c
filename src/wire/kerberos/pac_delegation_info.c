// SPDX-License-Identifier: Apache-2.0
#include "wire/kerberos/pac_delegation_info.h"

#include "wire/dcerpc/ndr.h"
#include "wire/kerberos/pac_ndr.h"

enum { DELEGATION_INFO_LEN_MAX = 64 * 1024 };

// The services that it was handed on by come behind the target: they are nobody's business here.
enum verdict pac_delegation_info_decode(struct span bytes, struct arena *a, const char **target)
{
	struct reader r = reader_make(bytes);

	reader_require(&r, bytes.len <= DELEGATION_INFO_LEN_MAX, VERDICT_TOO_LONG);
	pac_headers_decode(&r);
	reader_align(&r, 4);
	struct pac_text_head head = pac_text_head_decode(&r);
	(void)ndr_read_u32(&r);     // TransitedListSize
	(void)ndr_read_pointer(&r); // S4UTransitedServices
	const char *text = pac_text_decode(&r, a, &head);
	reader_require(&r, text != NULL && *text != '\0', VERDICT_BAD_VALUE);
	if (reader_ok(&r))
		*target = text;
	return reader_verdict(&r);
}
