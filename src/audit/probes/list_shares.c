// SPDX-License-Identifier: Apache-2.0
#include "audit/probes/list_shares.h"

#include <string.h>
#include <strings.h>

#include "audit/probes/exposure_pipe.h"
#include "rpc/interface.h"

enum { STUB_LEN_MAX = 1024, NAMES_SHOWN = 8, NAMES_LEN_MAX = 400 };

static const char *names_words(const struct exposure *e, const struct srvsvc_share_list *list)
{
	char text[NAMES_LEN_MAX];
	struct writer w = writer_make(text, sizeof(text) - 1);
	uint32_t shown = list->count < NAMES_SHOWN ? list->count : NAMES_SHOWN;
	for (uint32_t i = 0; i < shown; i++) {
		size_t before = w.pos;
		writer_span(&w, span_of_str(i == 0 ? "" : ", "));
		writer_span(&w, span_of_str(list->shares[i].name));
		if (!writer_ok(&w))
			writer_rewind(&w, before);
	}
	text[w.pos] = '\0';
	return exposure_text(e, "%u shares: %s%s", list->count, text, list->count > shown ? ", ..." : "");
}

static void answer_judge(struct exposure_pipe *pipe, struct span stub, uint32_t level, struct arena *a,
	struct share_listing *l)
{
	if (srvsvc_share_enum_decode(stub, level, a, &l->list) != VERDICT_OK) {
		exposure_pipe_untold(pipe, "the answer to NetrShareEnum cannot be read");
		return;
	}
	// What does not fit into one answer is more than is looked at.
	l->listed = l->list.error == WERROR_SUCCESS || l->list.error == WERROR_MORE_DATA;
	if (l->listed)
		pipe->received = names_words(pipe->e, &l->list);
	else
		exposure_pipe_refused(pipe, "NetrShareEnum", l->list.error);
}

static void list_at(struct exposure_pipe *pipe, uint32_t level, struct arena *a, struct share_listing *l)
{
	uint8_t bytes[STUB_LEN_MAX];
	struct writer w = writer_make(bytes, sizeof(bytes));
	struct rpc_answer answer;
	rpc_answer_init(&answer, 0);
	srvsvc_share_enum_encode(&w, exposure_text(pipe->e, "\\\\%s", pipe->e->p->address), level, 0);
	const char *operation = exposure_text(pipe->e, "NetrShareEnum of level %u", level);
	if (!writer_ok(&w))
		exposure_pipe_untold(pipe, "the host's name is too long to be asked for");
	else if (exposure_pipe_call(pipe, operation, SRVSVC_SHARE_ENUM, writer_since(&w, 0), &answer))
		answer_judge(pipe, span_make(answer.stub, answer.stub_len), level, a, l);
	rpc_answer_done(&answer);
}

static void list_over(struct exposure *e, uint32_t level, struct arena *a, struct share_listing *l)
{
	struct exposure_pipe pipe;
	exposure_pipe_open(&pipe, e, rpc_service_find("srvsvc"));
	if (pipe.bound)
		list_at(&pipe, level, a, l);
	l->answered = pipe.answered;
	l->sent = pipe.sent;
	l->received = pipe.received;
	exposure_pipe_close(&pipe);
}

struct share_listing exposure_list_shares(struct exposure *e, bool with_descriptors, struct arena *a)
{
	struct share_listing l = { 0 };
	if (with_descriptors)
		list_over(e, SRVSVC_LEVEL_502, a, &l);
	if (!l.listed)
		list_over(e, SRVSVC_LEVEL_1, a, &l);
	return l;
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
