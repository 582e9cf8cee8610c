// SPDX-License-Identifier: Apache-2.0
#include "auth/auth_reason.h"

#include "base/attributes.h"

const char *auth_reason_name(enum auth_reason reason)
{
	static const char *const names[] = {
#define X(name, text) text,
		AUTH_REASON_LIST(X)
#undef X
	};

	return (unsigned)reason < ARRAY_LEN(names) ? names[reason] : "unknown";
}
