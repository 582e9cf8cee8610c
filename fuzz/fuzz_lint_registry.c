// SPDX-License-Identifier: Apache-2.0
#include "lint_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	return lint_target_run(LINT_REGISTRY, data, len);
}
