// SPDX-License-Identifier: Apache-2.0
#include "audit/probes/list_shares.h"

#include <string.h>
#include <strings.h>

#include "audit/probes/exposure_pipe.h"
#include "rpc/interface.h"

enum {
	STUB_LEN_MAX = 1024,
	NAMES_SHOWN = 8,
	NAMES_LEN_MAX = 400,
	CALLS_MAX = 64,            // of one listing
	PREFERRED_LEN = 256 << 10, // of one answer: far from what a client takes at most
};

// A listing as it grows, call by call.
struct lister {
	struct exposure_pipe *pipe;
	struct arena *arena;
	uint32_t level;
	uint32_t resume; // what the next call begins with
	bool ended;      // the host said that these were all
	struct share_listing *l;
	struct listed_share **last;
};

static const char *names_words(const struct exposure *e, const struct share_listing *l)
{
	char text[NAMES_LEN_MAX];
	struct writer w = writer_make(text, sizeof(text) - 1);
	uint32_t shown = 0;
	for (const struct listed_share *s = l->first; s != NULL && shown < NAMES_SHOWN; s = s->next) {
		size_t before = w.pos;
		writer_span(&w, span_of_str(shown++ == 0 ? "" : ", "));
		writer_span(&w, span_of_str(s->is.name));
		if (!writer_ok(&w))
			writer_rewind(&w, before);
	}
	text[w.pos] = '\0';
	return exposure_text(e, "%u shares: %s%s", l->count, text, l->count > shown ? ", ..." : "");
}

static void listing_add(struct lister *to, const struct srvsvc_share_list *list)
{
	struct share_listing *l = to->l;
	for (uint32_t i = 0; i < list->count; i++) {
		struct listed_share *s = NULL;
		if (l->count < EXPOSURE_SHARES_MAX)
			s = arena_zalloc(to->arena, sizeof(*s));
		if (s == NULL) {
			l->left_out = "more shares than are looked at";
			return;
		}
		s->is = list->shares[i];
		*to->last = s;
		to->last = &s->next;
		l->count++;
	}
}

// Whether there is more to ask for (MS-SRVS 3.1.4.8): a handle that stands still would lead nowhere.
static bool goes_on(struct lister *to, const struct srvsvc_share_list *list)
{
	to->ended = list->error == WERROR_SUCCESS;
	bool moved = list->has_resume && list->resume > to->resume;
	to->resume = list->resume;
	return !to->ended && moved && to->l->left_out == NULL;
}

// True: there are more.
static bool answer_judge(struct lister *to, struct span stub)
{
	struct srvsvc_share_list list = { 0 };
	if (srvsvc_share_enum_decode(stub, to->level, to->arena, &list) != VERDICT_OK) {
		exposure_pipe_untold(to->pipe, "the answer to NetrShareEnum cannot be read");
		return false;
	}
	if (list.error != WERROR_SUCCESS && list.error != WERROR_MORE_DATA) {
		exposure_pipe_refused(to->pipe, "NetrShareEnum", list.error);
		return false;
	}
	to->l->listed = true;
	listing_add(to, &list);
	return goes_on(to, &list);
}

static bool list_some(struct lister *to)
{
	uint8_t bytes[STUB_LEN_MAX];
	struct writer w = writer_make(bytes, sizeof(bytes));
	struct rpc_answer answer;
	struct exposure *e = to->pipe->e;
	bool more = false;
	rpc_answer_init(&answer, 0);
	srvsvc_share_enum_encode(
		&w, exposure_text(e, "\\\\%s", e->p->address), to->level, PREFERRED_LEN, to->resume);
	const char *operation = exposure_text(e, "NetrShareEnum of level %u", to->level);
	if (!writer_ok(&w))
		exposure_pipe_untold(to->pipe, "the host's name is too long to be asked for");
	else if (exposure_pipe_call(to->pipe, operation, SRVSVC_SHARE_ENUM, writer_since(&w, 0), &answer))
		more = answer_judge(to, span_make(answer.stub, answer.stub_len));
	rpc_answer_done(&answer);
	return more;
}

// What came before something went wrong was seen all the same.
static void list_all(struct lister *to)
{
	struct share_listing *l = to->l;
	bool more = list_some(to);
	for (unsigned calls = 1; more && calls < CALLS_MAX && !probe_is_over(to->pipe->e->p); calls++)
		more = list_some(to);
	if (!l->listed)
		return;
	if (l->left_out == NULL && !to->ended)
		l->left_out = "the host has more shares than it lists";
	to->pipe->answered = true;
	to->pipe->received = names_words(to->pipe->e, l);
}

static void list_over(struct exposure *e, uint32_t level, struct arena *a, struct share_listing *l)
{
	struct exposure_pipe pipe;
	*l = (struct share_listing){ 0 };
	struct lister to = { .pipe = &pipe, .arena = a, .level = level, .l = l, .last = &l->first };
	exposure_pipe_open(&pipe, e, rpc_service_find("srvsvc"));
	if (pipe.bound)
		list_all(&to);
	l->answered = pipe.answered;
	l->sent = pipe.sent;
	l->received = pipe.received;
	exposure_pipe_close(&pipe);
}

// ksmbd does not refuse the level that it does not have: it lists none, and IPC$ is missing too.
struct share_listing exposure_list_shares(struct exposure *e, bool with_descriptors, struct arena *a)
{
	struct share_listing l = { 0 };
	if (with_descriptors)
		list_over(e, SRVSVC_LEVEL_502, a, &l);
	if (l.count == 0)
		list_over(e, SRVSVC_LEVEL_1, a, &l);
	return l;
}

void shares_left_out(struct host_facts *h, const struct share_listing *l)
{
	if (l->left_out != NULL)
		h->shares_left_out = l->left_out;
}

struct share_fact *share_fact_for(struct host_facts *h, const struct srvsvc_listed_share *s)
{
	unsigned count = 0;
	struct share_fact **at = &h->shares;
	for (; *at != NULL; at = &(*at)->next) {
		if (strcmp((*at)->name, s->name) == 0)
			return *at;
		if (++count >= EXPOSURE_SHARES_MAX)
			return NULL;
	}
	struct share_fact *f = arena_zalloc(h->arena, sizeof(*f));
	if (f == NULL)
		return NULL;
	f->name = arena_strdup(h->arena, s->name);
	f->comment = arena_strdup(h->arena, s->comment);
	f->type = s->type;
	if (f->name == NULL || f->comment == NULL)
		return NULL;
	*at = f;
	return f;
}

bool share_is_disk(const struct share_fact *s)
{
	return (s->type & STYPE_MASK) == STYPE_DISKTREE && strcasecmp(s->name, "IPC$") != 0;
}
