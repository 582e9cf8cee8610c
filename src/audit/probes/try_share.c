// SPDX-License-Identifier: Apache-2.0
#include "audit/probes/try_share.h"

#include "audit/probes/everyone.h"
#include "audit/probes/share_root.h"

#define ACCESS_TO_LIST (FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES | ACCESS_SYNCHRONIZE)
#define ACCESS_TO_ADD (FILE_ADD_FILE | FILE_READ_ATTRIBUTES | ACCESS_SYNCHRONIZE)
#define ACCESS_TO_LOOK (FILE_READ_ATTRIBUTES | ACCESS_SYNCHRONIZE)

static void fact_of_open(struct host_facts *h, struct fact *f, const struct root_open *o)
{
	if (o->answered)
		fact_set(h, f, o->open ? ANSWER_YES : ANSWER_NO, o->sent, o->received);
	else
		fact_unknown(h, f, o->received);
}

// Opened with the right to add files, which nobody uses: what a mask says is believed only where it says no.
static void writes_try(struct share_root *r, struct fact *writes)
{
	struct host_facts *h = r->e->p->facts;
	struct root_open look = share_root_try(r, ACCESS_TO_LOOK);
	uint32_t told = look.has_maximal_access ? look.maximal_access : r->tree.maximal_access;
	if (look.open && (told & (FILE_ADD_FILE | FILE_ADD_SUBDIRECTORY)) == 0) {
		fact_set(h, writes, ANSWER_NO, look.sent,
			look.has_maximal_access ? look.received : r->connect_received);
		return;
	}
	struct root_open add = share_root_try(r, ACCESS_TO_ADD);
	fact_of_open(h, writes, &add);
}

static void connect_note(const struct share_root *r, struct fact *f)
{
	struct host_facts *h = r->e->p->facts;
	const char *sent = exposure_text(r->e, "TREE_CONNECT to %s %s", r->share, r->e->as);
	if (r->answered)
		fact_set(h, f, r->connected ? ANSWER_YES : ANSWER_NO, sent, r->connect_received);
	else
		fact_unknown(h, f, r->connect_received);
}

static void encrypt_flag_note(const struct share_root *r, struct share_fact *f)
{
	bool on = (r->tree.share_flags & SMB2_SHAREFLAG_ENCRYPT_DATA) != 0;
	fact_set(r->e->p->facts, &f->encrypt_flag, on ? ANSWER_YES : ANSWER_NO,
		exposure_text(r->e, "TREE_CONNECT to %s %s", r->share, r->e->as), r->connect_received);
}

static void everyone_unknown(struct host_facts *h, struct share_fact *f, const char *why)
{
	fact_unknown(h, &f->everyone, why);
	fact_unknown(h, &f->everyone_writes, why);
}

static void everyone_set(
	struct share_root *r, struct share_fact *f, struct fact *to, uint32_t mask, uint32_t right)
{
	const char *which = f->descriptor_told ? "its own and its root's" : "its root's";
	fact_set(r->e->p->facts, to, (mask & right) != 0 ? ANSWER_YES : ANSWER_NO,
		exposure_text(r->e, "security descriptors of %s, %s, %s", r->share, which, r->e->as),
		exposure_text(r->e, "everyone has 0x%08X of what this account has", mask));
}

// Whom a share lets in is the narrower of two descriptors. Its own is told to administrators alone, by
// Windows and by Samba; what this account cannot do, everyone cannot: it is one of them.
static void everyone_judge(struct share_root *r, struct share_fact *f, struct span own_bytes, struct arena *a)
{
	struct security_descriptor root, own;
	if (!share_root_descriptor(r, a, &root)) {
		everyone_unknown(
			r->e->p->facts, f, "the root's security descriptor is not told to this account");
		return;
	}
	uint32_t mask = everyone_access(&root);
	f->descriptor_told =
		own_bytes.len > 0 && security_descriptor_decode(own_bytes, a, &own) == VERDICT_OK;
	if (f->descriptor_told)
		mask &= everyone_access(&own);
	if (!fact_is(&f->reads, ANSWER_YES))
		mask &= ~FILE_READ_DATA;
	if (!fact_is(&f->writes, ANSWER_YES))
		mask &= ~(FILE_ADD_FILE | FILE_ADD_SUBDIRECTORY);
	everyone_set(r, f, &f->everyone, mask, FILE_READ_DATA);
	everyone_set(r, f, &f->everyone_writes, mask, FILE_ADD_FILE | FILE_ADD_SUBDIRECTORY);
}

void exposure_try_share(struct exposure *e, struct share_fact *f, struct span own_descriptor)
{
	struct share_root r;
	struct arena a;
	bool connected = share_root_connect(&r, e, f->name);
	connect_note(&r, &f->connects);
	if (!connected)
		return;
	arena_init(&a, NULL, 0);
	arena_charge_to(&a, e->p->facts->arena->account);
	encrypt_flag_note(&r, f);
	struct root_open list = share_root_try(&r, ACCESS_TO_LIST);
	fact_of_open(e->p->facts, &f->reads, &list);
	if (exposure_answered(e, 0))
		writes_try(&r, &f->writes);
	if (exposure_answered(e, 0))
		everyone_judge(&r, f, own_descriptor, &a);
	share_root_disconnect(&r);
	arena_reset(&a);
}

void exposure_try_share_as_nobody(
	struct exposure *e, const char *share, struct fact *lets_in, struct fact *writes)
{
	struct share_root r;
	if (!share_root_connect(&r, e, share)) {
		connect_note(&r, lets_in);
		return;
	}
	struct root_open list = share_root_try(&r, ACCESS_TO_LIST);
	fact_of_open(e->p->facts, lets_in, &list);
	if (list.open && exposure_answered(e, 0))
		writes_try(&r, writes);
	share_root_disconnect(&r);
}
