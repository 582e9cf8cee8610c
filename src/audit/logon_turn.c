// SPDX-License-Identifier: Apache-2.0
#include "audit/logon_turn.h"

#include <stdlib.h>

#include "audit/task.h"

enum { KDC_SILENCES_MAX = 2 };

struct logon_turn {
	struct task_gate *gate;
	bool refused;
	unsigned kdc_silences;
};

struct logon_turn *logon_turn_new(void)
{
	struct logon_turn *l = calloc(1, sizeof(*l));
	if (l == NULL)
		return NULL;
	l->gate = task_gate_new(1);
	if (l->gate != NULL)
		return l;
	free(l);
	return NULL;
}

void logon_turn_free(struct logon_turn *l)
{
	if (l == NULL)
		return;
	task_gate_free(l->gate);
	free(l);
}

bool logon_turn_take(struct logon_turn *l)
{
	if (l->refused)
		return false;
	task_gate_enter(l->gate);
	// Meanwhile somebody before us may have been refused.
	if (!l->refused)
		return true;
	task_gate_leave(l->gate);
	return false;
}

void logon_turn_give(struct logon_turn *l)
{
	task_gate_leave(l->gate);
}

void logon_turn_refuse(struct logon_turn *l)
{
	l->refused = true;
}

bool logon_turn_is_refused(const struct logon_turn *l)
{
	return l->refused;
}

const char *logon_turn_why(const struct logon_turn *l)
{
	return l->kdc_silences >= KDC_SILENCES_MAX ? "the KDC did not answer before"
						   : "the account was refused before";
}

void logon_turn_kdc_is_silent(struct logon_turn *l)
{
	if (++l->kdc_silences >= KDC_SILENCES_MAX)
		l->refused = true;
}

bool logon_status_counts(struct nt_status status)
{
	static const struct nt_status counting[] = {
		STATUS(LOGON_FAILURE),
		STATUS(WRONG_PASSWORD),
		STATUS(NO_SUCH_USER),
		STATUS(ACCOUNT_RESTRICTION),
		STATUS(PASSWORD_EXPIRED),
		STATUS(ACCOUNT_DISABLED),
		STATUS(ACCOUNT_EXPIRED),
		STATUS(ACCOUNT_LOCKED_OUT),
	};
	for (size_t i = 0; i < ARRAY_LEN(counting); i++)
		if (nt_status_equal(status, counting[i]))
			return true;
	return false;
}
