// SPDX-License-Identifier: Apache-2.0
#include "audit/login_note.h"

#include "audit/logon_turn.h"

void login_note(struct audit_report *report, const struct probe *p, bool *told)
{
	const struct audit_login *login = &p->options->login;
	const struct fact *f = &p->facts->logged_on;
	const char *why = fact_is(f, ANSWER_NO) ? f->evidence->received : f->reason;
	if (*told || fact_is(f, ANSWER_YES) || why == NULL || (login->user == NULL && !login->kerberos))
		return;
	const char *text = arena_printf(&report->arena,
		"%s could not log on to %s: %s. What needs an account is open %s.",
		login->kerberos ? "the account of the ticket" : login->user, p->host, why,
		logon_turn_is_refused(p->logons)
			? "there and on each host after it, for it is not tried again"
			: "there");
	*told = text != NULL && report_add_note(report, text);
}
