// SPDX-License-Identifier: Apache-2.0
#include "sensor/rpc_watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "sensor/rpc_argument.h"
#include "sensor/rpc_logon.h"
#include "sensor/rpc_names.h"
#include "wire/dcerpc/bind.h"
#include "wire/dtyp/guid.h"

enum {
	PIPE_NAME_LEN_MAX = 128,
	SYNTAX_LEN = 20, // p_syntax_id_t
	AUTH_TRAILER_LEN = 8,
	AUTH_LEVEL_PKT_PRIVACY = 6, // MS-RPCE 2.2.1.1.8
	DREP_LITTLE_ENDIAN = 0x10,
};

// A presentation context: what its calls are made to.
struct rpc_context {
	uint16_t id;
	bool ndr64;
	char uuid[GUID_TEXT_SIZE];
	const struct rpc_interface *interface; // NULL: none of those that are known
};

// A call whose fragments come one after another.
struct rpc_call {
	bool open;
	bool sealed;
	uint16_t context_id, opnum;
	uint8_t *stub; // malloc'ed when there is more than one fragment
	size_t stub_len;
};

struct rpc_watch {
	char pipe[PIPE_NAME_LEN_MAX];
	struct rpc_context *contexts;
	size_t context_count;
	uint8_t auth_level; // as the last bind said
	struct rpc_logon *logon;
	struct rpc_call call;
	// The fragment that is not whole yet.
	uint8_t *kept;
	size_t have;
	size_t skip;    // bytes of a fragment that are passed over
	bool searching; // for a fragment's beginning
};

// One fragment, or its first part.
struct fragment {
	struct reader r;
	bool big_endian; // numbers, by drep (C706 14.1)
	uint8_t type, flags;
	size_t len; // on the wire
	size_t auth_len;
};

struct caller {
	void (*call)(void *context, const struct event_rpc *rpc);
	void *context;
};

// "\PIPE\Svcctl", "/svcctl" and "svcctl" are the same.
static void copy_pipe_name(const char *name, char *out)
{
	while (*name == '/' || *name == '\\')
		name++;
	if (strncasecmp(name, "pipe", 4) == 0 && (name[4] == '/' || name[4] == '\\'))
		name += 5;
	size_t len = strnlen(name, PIPE_NAME_LEN_MAX - 1);
	for (size_t i = 0; i < len; i++)
		out[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 'a' - 'A') : name[i];
	out[len] = '\0';
}

struct rpc_watch *rpc_watch_new(const char *pipe)
{
	struct rpc_watch *w = calloc(1, sizeof(*w));
	if (w != NULL)
		copy_pipe_name(pipe, w->pipe);
	return w;
}

static void forget_call(struct rpc_watch *w)
{
	free(w->call.stub);
	w->call = (struct rpc_call){ .open = false };
}

void rpc_watch_free(struct rpc_watch *w)
{
	if (w == NULL)
		return;
	forget_call(w);
	free(w->contexts);
	free(w->logon);
	free(w->kept);
	free(w);
}

void rpc_watch_gap(struct rpc_watch *w)
{
	forget_call(w);
	w->have = 0;
	w->skip = 0;
	w->searching = true;
}

// --- one fragment -----------------------------------------------------------------------------------

static uint16_t get_u16(struct fragment *f)
{
	return f->big_endian ? reader_u16_be(&f->r) : reader_u16(&f->r);
}

// The common header (C706 12.6.3.1). False: this is none.
static bool fragment_open(struct span bytes, struct fragment *f)
{
	*f = (struct fragment){ .r = reader_make(bytes) };
	uint8_t version = reader_u8(&f->r), minor = reader_u8(&f->r);
	f->type = reader_u8(&f->r);
	f->flags = reader_u8(&f->r);
	uint8_t drep = reader_u8(&f->r);
	f->big_endian = (drep & DREP_LITTLE_ENDIAN) == 0;
	reader_skip(&f->r, 3);
	f->len = get_u16(f);
	f->auth_len = get_u16(f);
	reader_skip(&f->r, 4); // call_id
	return reader_ok(&f->r) && version == 5 && minor <= 1 && f->type <= DCERPC_ORPHANED &&
	       (drep & 0xee) == 0 && f->len >= DCERPC_HEADER_LEN;
}

// The level that the trailer at its end says (MS-RPCE 2.2.2.11), and how much of it is before that.
static uint8_t trailer_level(const struct fragment *f, size_t *body_len)
{
	*body_len = f->r.len;
	size_t trailer = f->auth_len + AUTH_TRAILER_LEN;
	if (f->auth_len == 0 || f->r.len != f->len || trailer > f->len - DCERPC_HEADER_LEN)
		return 0;
	size_t at = f->len - trailer;
	uint8_t pad = f->r.base[at + 2];
	*body_len = at - (pad <= at - DCERPC_HEADER_LEN ? pad : 0);
	return f->r.base[at + 1];
}

// The account is in NTLM's last message; a later one is another's.
static void read_logon(struct rpc_watch *w, const struct fragment *f)
{
	if (f->auth_len == 0 || f->r.len != f->len || f->auth_len > f->len)
		return;
	struct rpc_logon *found = rpc_logon_find(span_make(f->r.base + f->len - f->auth_len, f->auth_len));
	if (found == NULL)
		return;
	free(w->logon);
	w->logon = found;
}

const struct rpc_logon *rpc_watch_logon(const struct rpc_watch *w)
{
	return w->logon;
}

static struct rpc_context *context_find(struct rpc_watch *w, uint16_t id)
{
	for (size_t i = 0; i < w->context_count; i++)
		if (w->contexts[i].id == id)
			return &w->contexts[i];
	return NULL;
}

// A bind may name an id again: the later one counts.
static struct rpc_context *context_add(struct rpc_watch *w, uint16_t id)
{
	struct rpc_context *c = context_find(w, id);
	if (c != NULL || w->context_count == RPC_WATCH_CONTEXTS_MAX)
		return c;
	struct rpc_context *more = realloc(w->contexts, (w->context_count + 1) * sizeof(*more));
	if (more == NULL)
		return NULL;
	w->contexts = more;
	c = &more[w->context_count++];
	*c = (struct rpc_context){ .id = id };
	return c;
}

static struct guid read_uuid(struct fragment *f)
{
	struct guid g = reader_guid(&f->r);
	if (!f->big_endian)
		return g;
	const uint8_t b[8] = { g.bytes[3], g.bytes[2], g.bytes[1], g.bytes[0], g.bytes[5], g.bytes[4],
		g.bytes[7], g.bytes[6] };
	memcpy(g.bytes, b, sizeof(b));
	return g;
}

static bool is_ndr64(const struct guid *g)
{
	return memcmp(g->bytes, dcerpc_syntax_ndr64.uuid, GUID_LEN) == 0;
}

// p_cont_elem_t (C706 12.6.4.3)
static void read_context(struct rpc_watch *w, struct fragment *f)
{
	uint16_t id = get_u16(f);
	unsigned int syntaxes = reader_u8(&f->r);
	reader_skip(&f->r, 1);
	struct guid interface = read_uuid(f);
	reader_skip(&f->r, SYNTAX_LEN - GUID_LEN);
	struct guid transfer = { { 0 } };
	for (unsigned int i = 0; i < syntaxes && reader_ok(&f->r); i++) {
		transfer = read_uuid(f);
		reader_skip(&f->r, SYNTAX_LEN - GUID_LEN);
	}
	struct rpc_context *c = reader_ok(&f->r) ? context_add(w, id) : NULL;
	if (c == NULL)
		return;
	c->ndr64 = syntaxes == 1 && is_ndr64(&transfer);
	guid_to_text(&interface, c->uuid);
	c->interface = watched_interface_find(c->uuid);
}

// bind and alter_context
static void on_bind(struct rpc_watch *w, struct fragment *f)
{
	size_t body_len;
	uint8_t level = trailer_level(f, &body_len);
	if (level != 0 || f->type == DCERPC_BIND)
		w->auth_level = level;
	if (f->type == DCERPC_BIND)
		w->context_count = 0;
	reader_skip(&f->r, 8); // fragment sizes, association group
	unsigned int count = reader_u8(&f->r);
	reader_skip(&f->r, 3);
	for (unsigned int i = 0; i < count && reader_ok(&f->r); i++)
		read_context(w, f);
}

// --- calls ------------------------------------------------------------------------------------------

static void tell_call(struct rpc_watch *w, struct span stub, const struct caller *to)
{
	char argument[RPC_WATCH_ARGUMENT_LEN_MAX];
	const struct rpc_context *c = context_find(w, w->call.context_id);
	const struct rpc_interface *interface = c == NULL ? NULL : c->interface;
	const struct rpc_operation *o = watched_operation_find(interface, w->call.opnum);
	struct event_rpc rpc = {
		.pipe = w->pipe,
		.interface = interface == NULL ? NULL : interface->name,
		.uuid = c == NULL ? NULL : c->uuid,
		.opnum = w->call.opnum,
		.operation = o == NULL ? NULL : o->name,
		.sealed = w->call.sealed,
	};
	if (c != NULL && o != NULL && !rpc.sealed && rpc_argument_find(stub, c->ndr64, o->argument, argument))
		rpc.argument = argument;
	to->call(to->context, &rpc);
}

static void keep_stub(struct rpc_call *call, struct span part)
{
	size_t room = RPC_WATCH_KEPT_LEN_MAX - call->stub_len;
	if (call->stub == NULL)
		call->stub = malloc(RPC_WATCH_KEPT_LEN_MAX);
	if (call->stub == NULL)
		return;
	size_t len = part.len < room ? part.len : room;
	if (len > 0)
		memcpy(call->stub + call->stub_len, part.data, len);
	call->stub_len += len;
}

// request (C706 12.6.4.9)
static void on_request(struct rpc_watch *w, struct fragment *f, const struct caller *to)
{
	size_t body_len;
	uint8_t level = trailer_level(f, &body_len);
	reader_skip(&f->r, 4); // alloc_hint
	uint16_t context_id = get_u16(f), opnum = get_u16(f);
	if ((f->flags & DCERPC_OBJECT_UUID) != 0)
		reader_skip(&f->r, DCERPC_UUID_LEN);
	if (!reader_ok(&f->r))
		return;
	struct span stub = reader_rest(&f->r);
	size_t behind = f->r.len - body_len;
	stub.len -= behind < stub.len ? behind : stub.len;
	if ((f->flags & DCERPC_FIRST_FRAG) != 0 || !w->call.open) {
		forget_call(w);
		w->call = (struct rpc_call){ .open = true, .context_id = context_id, .opnum = opnum };
	}
	if (f->auth_len != 0 && (level != 0 ? level : w->auth_level) >= AUTH_LEVEL_PKT_PRIVACY)
		w->call.sealed = true;
	bool is_last = (f->flags & DCERPC_LAST_FRAG) != 0;
	if (!is_last || w->call.stub != NULL)
		keep_stub(&w->call, stub);
	if (!is_last)
		return;
	tell_call(w, w->call.stub != NULL ? span_make(w->call.stub, w->call.stub_len) : stub, to);
	forget_call(w);
}

static void on_fragment(struct rpc_watch *w, struct fragment *f, const struct caller *to)
{
	if (f->type != DCERPC_REQUEST)
		read_logon(w, f);
	if (f->type == DCERPC_BIND || f->type == DCERPC_ALTER_CONTEXT)
		on_bind(w, f);
	else if (f->type == DCERPC_REQUEST)
		on_request(w, f, to);
}

// --- the stream of fragments --------------------------------------------------------------------------

static size_t kept_of(size_t len)
{
	return len < RPC_WATCH_KEPT_LEN_MAX ? len : RPC_WATCH_KEPT_LEN_MAX;
}

// How many bytes are wanted before something can be done.
static size_t wanted(struct rpc_watch *w, struct span head, struct fragment *f)
{
	if (head.len < DCERPC_HEADER_LEN)
		return DCERPC_HEADER_LEN;
	if (fragment_open(head, f))
		return kept_of(f->len);
	rpc_watch_gap(w);
	return 0;
}

// All that is wanted of it is there.
static void take(struct rpc_watch *w, struct span bytes, const struct caller *to)
{
	struct fragment f;
	if (!fragment_open(bytes, &f))
		return;
	w->have = 0;
	w->skip = f.len - bytes.len;
	on_fragment(w, &f, to);
}

// Bytes of a fragment that does not come in one piece; gives how many were taken.
static size_t add(struct rpc_watch *w, struct span bytes, const struct caller *to)
{
	struct fragment f;
	size_t want = wanted(w, span_make(w->kept, w->have), &f);
	if (want == 0)
		return bytes.len;
	uint8_t *kept = realloc(w->kept, want);
	if (kept == NULL) {
		rpc_watch_gap(w);
		return bytes.len;
	}
	w->kept = kept;
	size_t len = want - w->have < bytes.len ? want - w->have : bytes.len;
	memcpy(w->kept + w->have, bytes.data, len);
	w->have += len;
	if (w->have < want)
		return len;
	want = wanted(w, span_make(w->kept, w->have), &f);
	if (want == 0)
		return bytes.len;
	if (w->have == want) {
		take(w, span_make(w->kept, want), to);
		free(w->kept);
		w->kept = NULL;
	}
	return len;
}

static size_t consume(struct rpc_watch *w, struct span bytes, const struct caller *to)
{
	struct fragment f;
	if (w->skip > 0) {
		size_t len = w->skip < bytes.len ? w->skip : bytes.len;
		w->skip -= len;
		return len;
	}
	if (w->have > 0 || bytes.len < DCERPC_HEADER_LEN)
		return add(w, bytes, to);
	size_t want = wanted(w, bytes, &f);
	if (want == 0)
		return bytes.len;
	if (want > bytes.len)
		return add(w, bytes, to);
	take(w, span_make(bytes.data, want), to);
	return want;
}

void rpc_watch_request_bytes(struct rpc_watch *w, struct span bytes,
	void (*call)(void *context, const struct event_rpc *rpc), void *context)
{
	const struct caller to = { .call = call, .context = context };
	struct fragment f;
	// Fragments begin where writes do: that is where they are looked for.
	if (w->searching && !fragment_open(bytes, &f))
		return;
	w->searching = false;
	while (bytes.len > 0) {
		size_t taken = consume(w, bytes, &to);
		bytes = span_make(bytes.data + taken, bytes.len - taken);
	}
}

// What is called can be told from requests alone.
void rpc_watch_answer_bytes(struct rpc_watch *w, struct span bytes)
{
	(void)w;
	(void)bytes;
}
