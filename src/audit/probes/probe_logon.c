// SPDX-License-Identifier: Apache-2.0
// Whether the credentials that were given are good here: before anything else uses them.
#include <errno.h>

#include "audit/probes/probe_login.h"
#include "audit/probes/probe_words.h"
#include "audit/probes/probes.h"

void probe_logon(struct probe *p)
{
	const struct client_options o = probe_session_options(p);
	struct host_facts *f = p->facts;
	struct nt_status status;
	struct client *c;
	int rc = probe_log_on(p, &o, &c, &status);
	client_free(c);
	if (rc < 0 && !fact_is(&f->logged_on, ANSWER_NO))
		fact_unknown(f, &f->logged_on,
			rc == -EACCES ? "the account was refused elsewhere before" : fault_words(rc));
	if (!p->options->login.kerberos)
		fact_unknown(f, &f->kerberos_weak, "needs a ticket: --kerberos");
	else
		fact_unknown(f, &f->kerberos_weak, probe_no_login_words(p));
}
