// SPDX-License-Identifier: Apache-2.0
#include "audit/checks/checks.h"

void check_crypto(const struct check_context *c)
{
	(void)c;
}
