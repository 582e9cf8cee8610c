// SPDX-License-Identifier: Apache-2.0
#include "audit/lint/lint.h"
enum lint_format lint_format_of_word(const char *word) { (void)word; return LINT_UNKNOWN; }
