// SPDX-License-Identifier: Apache-2.0
// Who gets into which share.
#include <string.h>

#include "audit/checks/checks.h"
#include "client/rpc/srvsvc_calls.h"

static bool is_administrative(const struct share_fact *s)
{
	return (s->type & STYPE_SPECIAL) != 0;
}

// Windows keeps all that it decides by in two descriptors, of which the share's own is told to administrators
// alone. Other servers have lists of users beside them (Samba's valid users, ksmbd's, Signet's users), which
// nobody is told: those let in may be fewer.
static bool descriptors_say_all(const struct host_facts *h, const struct share_fact *s)
{
	return s->descriptor_told && h->system != NULL && strcmp(h->system, "Windows") == 0;
}

static void soften(struct audit_finding *f, const char *summary)
{
	if (f == NULL)
		return;
	f->severity = f->severity == AUDIT_HIGH ? AUDIT_MEDIUM : AUDIT_LOW;
	f->grade = (char)(f->grade - 1);
	f->summary = summary;
}

// A share of Signet's without users lets nobody in, whatever the descriptors of its files say.
static bool names_its_users(const struct host_facts *h)
{
	return h->system != NULL && strcmp(h->system, "Signet") == 0;
}

static void check_everyone(const struct check_context *c, const struct share_fact *s)
{
	if (names_its_users(c->facts))
		return;
	struct audit_finding *f = NULL;
	bool writes = fact_is(&s->everyone_writes, ANSWER_YES);
	if (writes)
		f = check_report(c, "share_writable_by_everyone", s->name, &s->everyone_writes);
	else if (fact_is(&s->everyone, ANSWER_YES))
		f = check_report(c, "share_open_to_everyone", s->name, &s->everyone);
	if (!descriptors_say_all(c->facts, s))
		soften(f, writes ? "This account can write, and the security descriptors that are told let "
				   "everyone; what "
				   "else may narrow it (the share's own, a list of users) is not told."
				 : "This account gets in, and the security descriptors that are told let "
				   "everyone; what "
				   "else may narrow it (the share's own, a list of users) is not told.");
}

static void check_nobody(const struct check_context *c, const struct share_fact *s, const char *id,
	const struct fact *lets_in, const struct fact *writes)
{
	if (!fact_is(lets_in, ANSWER_YES))
		return;
	struct audit_finding *f = check_report(c, id, s->name, lets_in);
	if (f == NULL || !fact_is(writes, ANSWER_YES))
		return;
	f->severity = AUDIT_CRITICAL;
	f->grade = 'F';
	f->summary = "It can be written, too.";
	for (const struct evidence *e = writes->evidence; e != NULL; e = e->next)
		(void)!finding_add_evidence(c->report, f, e->sent, e->received);
}

static void check_administrative(const struct check_context *c, const struct share_fact *s)
{
	if (is_administrative(s) && fact_is(&s->writes, ANSWER_YES))
		(void)!check_report(c, "admin_share_writable", s->name, &s->writes);
}

static void check_share(const struct check_context *c, const struct share_fact *s)
{
	check_nobody(c, s, "share_anonymous", &s->anonymous, &s->anonymous_writes);
	check_nobody(c, s, "share_guest", &s->guest, &s->guest_writes);
	check_administrative(c, s);
	if (!is_administrative(s))
		check_everyone(c, s);
}

// A question that is open for one share is open for the host; the share is named.
static void leave_open(
	const struct check_context *c, const char *id, const struct share_fact *s, const struct fact *f)
{
	if (f->answer != ANSWER_UNKNOWN || f->reason == NULL || is_administrative(s))
		return;
	char *text = arena_printf(&c->report->arena, "%s: %s", s->name, f->reason);
	if (text != NULL)
		report_add_open(c->report, c->subject, id, text);
}

static void check_open_questions(const struct check_context *c)
{
	const struct host_facts *h = c->facts;
	for (const struct share_fact *s = h->shares; s != NULL; s = s->next) {
		leave_open(c, "share_anonymous", s, &s->anonymous);
		leave_open(c, "share_guest", s, &s->guest);
		leave_open(c, "share_open_to_everyone", s, &s->everyone);
	}
	if (!fact_is(&h->lists_shares, ANSWER_YES))
		check_leave_open(c, "share_open_to_everyone", &h->lists_shares);
	else if (h->shares_left_out != NULL)
		report_add_open(c->report, c->subject, "share_open_to_everyone", h->shares_left_out);
	if (h->shares_left_out != NULL)
		report_add_open(c->report, c->subject, "share_anonymous", h->shares_left_out);
	if (fact_is(&h->lists_shares, ANSWER_YES) || fact_is(&h->anonymous_lists_shares, ANSWER_YES))
		return;
	// Shares that are not known cannot be tried; without null sessions there is nothing to try.
	if (!fact_is(&h->anonymous, ANSWER_NO))
		report_add_open(
			c->report, c->subject, "share_anonymous", "the names of the shares are not known");
}

void check_shares(const struct check_context *c)
{
	for (const struct share_fact *s = c->facts->shares; s != NULL; s = s->next)
		check_share(c, s);
	check_open_questions(c);
}
