// SPDX-License-Identifier: Apache-2.0
#include "audit/checks/checks.h"

const check_run check_runs[] = {
	check_dialects,
	check_negotiation,
	check_crypto,
	check_authentication,
	check_enforcement,
	check_relay,
	check_exposure,
	check_shares,
	check_information,
};
const size_t check_run_count = ARRAY_LEN(check_runs);
