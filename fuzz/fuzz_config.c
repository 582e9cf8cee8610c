// SPDX-License-Identifier: Apache-2.0
// Any bytes as a configuration: either it is complained about, or it can be shown and judged.
#include <assert.h>
#include <stdlib.h>

#include "config/config_posture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct config_messages errors = { 0 };
	struct config *c = config_parse("F", (const char *)data, len, &errors);
	assert((c == NULL) == (errors.count + errors.omitted > 0));
	if (c != NULL) {
		char *posture = NULL;
		size_t posture_len = 0;
		FILE *out = open_memstream(&posture, &posture_len);
		assert(out != NULL && config_posture_print_json(c, out));
		fclose(out);
		free(posture);
	}
	config_messages_done(&errors);
	config_unref(c);
	return 0;
}
