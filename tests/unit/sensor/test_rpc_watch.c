// SPDX-License-Identifier: Apache-2.0
// Fragments as rpcclient and Samba's tools wrote them to pipes (tests/scenarios/A19), and such as attacks
// make.
#include "../test_support.h"

#include <stdlib.h>
#include <string.h>

#include "../crypto/hex.h"
#include "sensor/rpc_watch.h"

#define SVCCTL_UUID "81bb7a364498f135ad3298f038001003"
#define WINREG_UUID "01d08c334422f131aaaa900038001003"
#define EFSRPC_UUID "88d481c650d8d0118c5200c04fd90f7e"
#define TASKS_UUID "4959d386c9834440b424db363231fd0c"
#define NDR "045d888aeb1cc9119fe808002b104860"
#define NDR64 "33057171babe37498319b5dbef9ccc36"

#define BIND(uuid, transfer)                                                                                 \
	"05000b03100000004800000005000000b810b81000000000010000000000010"                                    \
	"0" uuid "02000000" transfer "02000000"

static const char OPEN_SC_MANAGER[] =
	"05000003100000004c000000060000003400000000000f00000002000d000000000000000d0000005c005c00310030002e"
	"00370037002e0030002e0031003000000000000000000004000000";
static const char OPEN_KEY[] =
	"05000003100000005c000000070000004400000000000f000100000091aa1ef0e3792d43803d7968a26269271200120000"
	"00020009000000000000000900000053006f00660074007700610072006500000000000000000019000200";

enum { TOLD_MAX = 8 };

struct told {
	size_t count;
	struct event_rpc calls[TOLD_MAX];
	char arguments[TOLD_MAX][RPC_WATCH_ARGUMENT_LEN_MAX];
	char uuids[TOLD_MAX][40];
};

static void on_call(void *context, const struct event_rpc *rpc)
{
	struct told *t = context;
	assert_true(t->count < TOLD_MAX);
	strcpy(t->arguments[t->count], rpc->argument == NULL ? "" : rpc->argument);
	strcpy(t->uuids[t->count], rpc->uuid == NULL ? "" : rpc->uuid);
	t->calls[t->count++] = *rpc;
}

static void write_span(struct rpc_watch *w, struct span bytes, size_t step, struct told *t)
{
	for (size_t at = 0; at < bytes.len; at += step) {
		size_t len = bytes.len - at < step ? bytes.len - at : step;
		rpc_watch_request_bytes(w, span_make(bytes.data + at, len), on_call, t);
	}
}

static void write_hex(struct rpc_watch *w, const char *text, struct told *t)
{
	struct bytes b = hex(text);
	write_span(w, bytes_span(&b), b.len, t);
}

// A request whose stub is given; header fields as a little endian caller writes them.
static struct bytes request(uint8_t flags, uint16_t opnum, struct span stub)
{
	struct bytes b = { .len = 24 + stub.len };
	const uint8_t head[24] = { 5, 0, 0, flags, 0x10, 0, 0, 0, (uint8_t)b.len, (uint8_t)(b.len >> 8), 0, 0,
		1, 0, 0, 0, 0, 0, 0, 0, 0, 0, (uint8_t)opnum, (uint8_t)(opnum >> 8) };
	memcpy(b.data, head, sizeof(head));
	memcpy(b.data + 24, stub.data, stub.len);
	return b;
}

// A conformant varying string of ASCII text as UTF-16 with its NUL, counts of `word` bytes, aligned to 4.
static void put_string(struct bytes *b, const char *text, size_t word)
{
	size_t units = strlen(text) + 1;
	memset(b->data + b->len, 0, 3 * word);
	b->data[b->len] = b->data[b->len + 2 * word] = (uint8_t)units;
	b->len += 3 * word;
	for (size_t i = 0; i < units; i++) {
		b->data[b->len++] = (uint8_t)text[i];
		b->data[b->len++] = 0;
	}
	while (b->len % word != 0)
		b->data[b->len++] = 0;
}

static void names_calls_and_their_arguments(void **state)
{
	(void)state;
	struct told t = { .count = 0 };
	struct rpc_watch *w = rpc_watch_new("\\PIPE\\SvcCtl");
	write_hex(w, BIND(SVCCTL_UUID, NDR), &t);
	write_hex(w, OPEN_SC_MANAGER, &t);
	assert_int_equal(t.count, 1);
	assert_string_equal(t.calls[0].pipe, "svcctl");
	assert_string_equal(t.calls[0].interface, "svcctl");
	assert_string_equal(t.uuids[0], "367abb81-9844-35f1-ad32-98f038001003");
	assert_string_equal(t.calls[0].operation, "ROpenSCManagerW");
	assert_int_equal(t.calls[0].opnum, 15);
	assert_false(t.calls[0].sealed);
	// Bound anew on the same pipe: the same context is another interface now.
	write_hex(w, BIND(WINREG_UUID, NDR), &t);
	write_hex(w, OPEN_KEY, &t);
	assert_int_equal(t.count, 2);
	assert_string_equal(t.calls[1].operation, "BaseRegOpenKey");
	assert_string_equal(t.arguments[1], "Software");
	rpc_watch_free(w);
}

static void fragments_may_be_cut_anywhere(void **state)
{
	(void)state;
	struct bytes all = hex(BIND(WINREG_UUID, NDR)), call = hex(OPEN_KEY);
	memcpy(all.data + all.len, call.data, call.len);
	all.len += call.len;
	for (size_t step = 1; step <= all.len; step++) {
		struct told t = { .count = 0 };
		struct rpc_watch *w = rpc_watch_new("winreg");
		write_span(w, bytes_span(&all), step, &t);
		assert_int_equal(t.count, 1);
		assert_string_equal(t.arguments[0], "Software");
		rpc_watch_free(w);
	}
}

// EfsRpcOpenFileRaw asks the server to open a file elsewhere (MS-EFSR 3.1.4.2.1).
static void shows_where_a_coercion_points(void **state)
{
	(void)state;
	const bool wide[] = { false, true };
	for (size_t i = 0; i < ARRAY_LEN(wide); i++) {
		struct told t = { .count = 0 };
		struct bytes stub = { .len = 0 };
		struct rpc_watch *w = rpc_watch_new("lsarpc");
		put_string(&stub, "\\\\10.0.0.66\\share\\x", wide[i] ? 8 : 4);
		struct bytes call = request(0x03, 0, bytes_span(&stub));
		write_hex(w, wide[i] ? BIND(EFSRPC_UUID, NDR64) : BIND(EFSRPC_UUID, NDR), &t);
		write_span(w, bytes_span(&call), call.len, &t);
		assert_int_equal(t.count, 1);
		assert_string_equal(t.calls[0].interface, "efsrpc");
		assert_string_equal(t.calls[0].operation, "EfsRpcOpenFileRaw");
		assert_string_equal(t.arguments[0], "\\\\10.0.0.66\\share\\x");
		rpc_watch_free(w);
	}
}

static struct bytes create_service_stub(void)
{
	struct bytes stub = { .len = 20 }; // the manager's handle
	memset(stub.data, 0xa5, 20);
	put_string(&stub, "PSEXESVC", 4);
	memcpy(stub.data + stub.len, (uint8_t[]){ 0, 0, 2, 0 }, 4); // a pointer to the name it shows
	stub.len += 4;
	put_string(&stub, "shown", 4);
	put_string(&stub, "%SystemRoot%\\a.exe -x", 4);
	return stub;
}

static void names_a_service_and_what_it_runs(void **state)
{
	(void)state;
	struct told t = { .count = 0 };
	struct bytes stub = create_service_stub();
	struct bytes call = request(0x03, 12, bytes_span(&stub));
	struct rpc_watch *w = rpc_watch_new("svcctl");
	write_hex(w, BIND(SVCCTL_UUID, NDR), &t);
	write_span(w, bytes_span(&call), call.len, &t);
	assert_int_equal(t.count, 1);
	assert_string_equal(t.calls[0].operation, "RCreateServiceW");
	assert_string_equal(t.arguments[0], "PSEXESVC: %SystemRoot%\\a.exe -x");
	rpc_watch_free(w);
}

// SchRpcRegisterTask: path, definition, flags, who may use it (MS-TSCH 3.2.5.4.2).
static void names_a_task_and_what_it_runs(void **state)
{
	(void)state;
	struct told t = { .count = 0 };
	struct bytes stub = { .len = 4 };
	struct rpc_watch *w = rpc_watch_new("atsvc");
	memcpy(stub.data, (uint8_t[]){ 0, 0, 2, 0 }, 4);
	put_string(&stub, "\\Update", 4);
	put_string(&stub, "<Command>cmd.exe</Command><Arguments>/c a</Arguments>", 4);
	put_string(&stub, "D:P(A;;FA;;;WD)", 4);
	struct bytes call = request(0x03, 1, bytes_span(&stub));
	write_hex(w, BIND(TASKS_UUID, NDR), &t);
	write_span(w, bytes_span(&call), call.len, &t);
	assert_int_equal(t.count, 1);
	assert_string_equal(t.calls[0].operation, "SchRpcRegisterTask");
	assert_string_equal(t.arguments[0], "\\Update: cmd.exe /c a");
	rpc_watch_free(w);
}

// A call in many small fragments, to be told as one.
static void puts_a_call_together(void **state)
{
	(void)state;
	struct told t = { .count = 0 };
	struct bytes stub = create_service_stub();
	struct rpc_watch *w = rpc_watch_new("svcctl");
	write_hex(w, BIND(SVCCTL_UUID, NDR), &t);
	for (size_t at = 0; at < stub.len; at += 8) {
		bool last = at + 8 >= stub.len;
		uint8_t flags = (uint8_t)((at == 0 ? 0x01 : 0) | (last ? 0x02 : 0));
		struct bytes call = request(flags, 12, span_make(stub.data + at, last ? stub.len - at : 8));
		assert_int_equal(t.count, 0);
		write_span(w, bytes_span(&call), call.len, &t);
	}
	assert_int_equal(t.count, 1);
	assert_string_equal(t.arguments[0], "PSEXESVC: %SystemRoot%\\a.exe -x");
	rpc_watch_free(w);
}

// With a verifier of level PKT_PRIVACY what looks like an argument is none.
static void sealed_arguments_are_not_read(void **state)
{
	(void)state;
	struct told t = { .count = 0 };
	struct bytes stub = create_service_stub();
	const uint8_t trailer[8 + 16] = { 10, 6, 0, 0 };
	memcpy(stub.data + stub.len, trailer, sizeof(trailer));
	stub.len += sizeof(trailer);
	struct bytes call = request(0x03, 12, bytes_span(&stub));
	call.data[10] = 16; // auth_length
	struct rpc_watch *w = rpc_watch_new("svcctl");
	write_hex(w, BIND(SVCCTL_UUID, NDR), &t);
	write_span(w, bytes_span(&call), call.len, &t);
	assert_int_equal(t.count, 1);
	assert_true(t.calls[0].sealed);
	assert_string_equal(t.arguments[0], "");
	rpc_watch_free(w);
}

static void goes_on_after_a_gap(void **state)
{
	(void)state;
	struct told t = { .count = 0 };
	struct bytes call = hex(OPEN_SC_MANAGER);
	struct rpc_watch *w = rpc_watch_new("svcctl");
	write_hex(w, BIND(SVCCTL_UUID, NDR), &t);
	write_span(w, span_make(call.data, 40), 40, &t);
	rpc_watch_gap(w);
	write_span(w, span_make(call.data + 50, call.len - 50), 100, &t); // the end of what was lost
	assert_int_equal(t.count, 0);
	write_hex(w, OPEN_SC_MANAGER, &t);
	assert_int_equal(t.count, 1);
	assert_string_equal(t.calls[0].interface, "svcctl");
	rpc_watch_free(w);
}

// Whoever did not see the bind still sees that something was called.
static void a_call_without_its_bind_has_no_interface(void **state)
{
	(void)state;
	struct told t = { .count = 0 };
	struct rpc_watch *w = rpc_watch_new("svcctl");
	write_hex(w, OPEN_SC_MANAGER, &t);
	assert_int_equal(t.count, 1);
	assert_null(t.calls[0].interface);
	assert_null(t.calls[0].uuid);
	assert_int_equal(t.calls[0].opnum, 15);
	rpc_watch_free(w);
}

// No byte of a bind or call, whatever its value, leads astray.
static void changed_bytes_do_no_harm(void **state)
{
	(void)state;
	struct bytes bind = hex(BIND(WINREG_UUID, NDR)), call = hex(OPEN_KEY);
	for (size_t i = 0; i < bind.len + call.len; i++) {
		struct told t = { .count = 0 };
		struct bytes b = bind, c = call;
		struct rpc_watch *w = rpc_watch_new("winreg");
		if (i < b.len)
			b.data[i] ^= 0xff;
		else
			c.data[i - b.len] ^= 0xff;
		write_span(w, bytes_span(&b), b.len, &t);
		write_span(w, bytes_span(&c), c.len, &t);
		assert_true(t.count <= 2);
		rpc_watch_free(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_calls_and_their_arguments),
		cmocka_unit_test(fragments_may_be_cut_anywhere),
		cmocka_unit_test(shows_where_a_coercion_points),
		cmocka_unit_test(names_a_service_and_what_it_runs),
		cmocka_unit_test(names_a_task_and_what_it_runs),
		cmocka_unit_test(puts_a_call_together),
		cmocka_unit_test(sealed_arguments_are_not_read),
		cmocka_unit_test(goes_on_after_a_gap),
		cmocka_unit_test(a_call_without_its_bind_has_no_interface),
		cmocka_unit_test(changed_bytes_do_no_harm),
	};
	return RUN_TESTS(tests);
}
