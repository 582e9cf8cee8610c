// SPDX-License-Identifier: Apache-2.0
// Does one forbidden (or odd but allowed) thing to a server, and says what came of it.
//
//     security_probe HOST PORT USER PASSWORD SHARE CASE
//
// Prints "ended" (the server closed the connection), "answered STATUS_…" (the last answer; the connection
// stays) or "silent" (neither). Before and after, another connection must work; exit 1 when it does not.
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/utf16.h"
#include "client/client_call.h"
#include "client/client_ntlm.h"
#include "client/client_state.h"
#include "session/sealing.h"
#include "session/signing.h"
#include "wire/smb2/smb2_command.h"

enum {
	MESSAGE_AT = CLIENT_OUTPUT_HEADROOM,
	FRAME_MAX = 256 << 10,
	WAIT_MS = 2500, // for something to come
	AFTER_MS = 300, // for more, once something has come
	NO_COMMAND = 0x40,
	HOGS_MAX = 12,
};

struct probe {
	struct client_loop *loop;
	struct client *c;
	struct client *witness;
	const char *host;
	uint16_t port;
	struct client_credentials who;
	const char *share;
	uint32_t tree_id;
	bool not_sealed;               // connections offer no cipher
	struct client *hogs[HOGS_MAX]; // each on a loop of its own, so that nobody takes its answers
	struct client_loop *hog_loops[HOGS_MAX];
	uint8_t frame[FRAME_MAX]; // length, transform header, message
	size_t end;
};

static void give_up(const char *what, int fault, struct nt_status status)
{
	(void)fprintf(stderr, "security_probe: %s: %s, %s\n", what, strerror(-fault), nt_status_name(status));
	exit(1);
}

static void require(const char *what, int fault, struct nt_status status)
{
	if (fault != 0 || !nt_status_ok(status))
		give_up(what, fault, status);
}

// --- building frames ----------------------------------------------------------------------------------

static struct smb2_header header_of(struct probe *p, uint16_t command)
{
	return (struct smb2_header){
		.credit_charge = 1,
		.command = command,
		.credit_request_response = 1,
		.message_id = p->c->next_message_id++,
		.tree_id = p->tree_id,
		.session_id = p->c->session_id,
	};
}

// The body is that of ECHO, LOGOFF, TREE_DISCONNECT and CANCEL alike.
static void put(struct probe *p, const struct smb2_header *h)
{
	struct writer w = writer_make(p->frame, sizeof(p->frame));
	w.pos = MESSAGE_AT;
	smb2_header_encode(&w, h);
	smb2_echo_request_encode(&w, &(struct smb2_echo_request){ 0 });
	p->end = w.pos;
}

static void send_from(struct probe *p, size_t start)
{
	frame_header_put(p->frame + start, (uint32_t)(p->end - start - FRAME_HEADER_LEN));
	size_t len = p->end - start;
	if (send(p->c->fd, p->frame + start, len, MSG_NOSIGNAL) != (ssize_t)len)
		give_up("cannot send", -EPIPE, STATUS(SUCCESS));
}

static void send_plain(struct probe *p)
{
	send_from(p, SMB2_TRANSFORM_HEADER_LEN);
}

static void sign(struct probe *p)
{
	uint8_t *message = p->frame + MESSAGE_AT;
	message[SMB2_HEADER_FLAGS_OFFSET] |= SMB2_FLAGS_SIGNED;
	if (message_sign(p->c->sign_key, SENT_BY_CLIENT, message, p->end - MESSAGE_AT) != 0)
		give_up("cannot sign", 0, STATUS(SUCCESS));
}

static void seal_for(struct probe *p, uint64_t session_id)
{
	if (message_seal(p->c->seal_key, &p->c->nonces, session_id, p->frame + FRAME_HEADER_LEN,
		    p->end - FRAME_HEADER_LEN) != 0)
		give_up("cannot seal", 0, STATUS(SUCCESS));
}

static void seal(struct probe *p)
{
	seal_for(p, p->c->session_id);
}

static void send_sealed(struct probe *p)
{
	seal(p);
	send_from(p, 0);
}

static void send_signed(struct probe *p)
{
	sign(p);
	send_plain(p);
}

// --- what came of it ------------------------------------------------------------------------------------

static void tell_answer(struct probe *p, uint8_t *bytes, size_t len)
{
	struct span message = span_make(bytes, len);
	struct smb2_header h;
	if (smb2_protocol_id(message) == SMB2_TRANSFORM_PROTOCOL_ID &&
		message_open(p->c->open_key, bytes, len, &message) != 0)
		give_up("an answer that is sealed wrongly", 0, STATUS(SUCCESS));
	if (smb2_header_decode(message, &h) != VERDICT_OK)
		give_up("an answer that is none", 0, STATUS(SUCCESS));
	(void)printf("answered %s\n", nt_status_name(h.status));
}

// The last whole frame of what was received, or nothing.
static void tell(struct probe *p, uint8_t *bytes, size_t len)
{
	uint32_t frame = 0;
	size_t at = 0;
	size_t last = SIZE_MAX;
	while (len - at > FRAME_HEADER_LEN &&
		frame_header_decode(span_make(bytes + at, FRAME_HEADER_LEN), &frame) == VERDICT_OK &&
		frame <= len - at - FRAME_HEADER_LEN) {
		last = at + FRAME_HEADER_LEN;
		at = last + frame;
	}
	if (last == SIZE_MAX)
		(void)printf("silent\n");
	else
		tell_answer(p, bytes + last, at - last);
}

static void watch(struct probe *p)
{
	static uint8_t bytes[FRAME_MAX];
	size_t len = 0;
	struct pollfd poller = { .fd = p->c->fd, .events = POLLIN };
	while (len < sizeof(bytes) && poll(&poller, 1, len == 0 ? WAIT_MS : AFTER_MS) > 0) {
		ssize_t n = recv(p->c->fd, bytes + len, sizeof(bytes) - len, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0) {
			(void)printf("ended\n");
			return;
		}
		len += (size_t)n;
	}
	tell(p, bytes, len);
}

// --- cases: plain where it is forbidden ------------------------------------------------------------------

static void case_plain_echo(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	put(p, &h);
	send_plain(p);
}

static void case_plain_unknown_command(struct probe *p)
{
	struct smb2_header h = header_of(p, NO_COMMAND);
	put(p, &h);
	send_plain(p);
}

static void case_plain_related_first(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	h.flags = SMB2_FLAGS_RELATED_OPERATIONS;
	put(p, &h);
	send_plain(p);
}

static void case_plain_cancel(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_CANCEL);
	put(p, &h);
	send_plain(p);
}

static void case_plain_logoff(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_LOGOFF);
	put(p, &h);
	send_plain(p);
}

static void case_plain_session_setup(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_SESSION_SETUP);
	put(p, &h);
	send_plain(p);
}

static void case_signed_echo(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	put(p, &h);
	send_signed(p);
}

static void case_wrong_signature(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	put(p, &h);
	sign(p);
	p->frame[MESSAGE_AT + SMB2_HEADER_SIGNATURE_OFFSET] ^= 1;
	send_plain(p);
}

static void case_signed_then_changed(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	put(p, &h);
	sign(p);
	p->frame[p->end - 1] ^= 0x80;
	send_plain(p);
}

// --- cases: seals ---------------------------------------------------------------------------------------

static void sealed_and_changed(struct probe *p, size_t offset)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	put(p, &h);
	seal(p);
	p->frame[offset] ^= 1;
	send_from(p, 0);
}

static void case_wrong_seal_tag(struct probe *p)
{
	sealed_and_changed(p, FRAME_HEADER_LEN + SMB2_TRANSFORM_SIGNATURE_OFFSET);
}

static void case_wrong_seal_nonce(struct probe *p)
{
	sealed_and_changed(p, FRAME_HEADER_LEN + SMB2_TRANSFORM_AAD_OFFSET);
}

static void case_wrong_seal_unused_nonce(struct probe *p)
{
	sealed_and_changed(p, FRAME_HEADER_LEN + SMB2_TRANSFORM_AAD_OFFSET + 15);
}

static void case_wrong_seal_body(struct probe *p)
{
	sealed_and_changed(p, MESSAGE_AT + 1);
}

static void case_wrong_seal_length(struct probe *p)
{
	sealed_and_changed(p, FRAME_HEADER_LEN + 36);
}

static void case_sealed_for_unknown_session(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	put(p, &h);
	seal_for(p, p->c->session_id + 1);
	send_from(p, 0);
}

// Another user's session on another connection: its id does not help here.
static void case_sealed_for_foreign_session(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	h.session_id = p->witness->session_id;
	put(p, &h);
	seal_for(p, p->witness->session_id);
	send_from(p, 0);
}

static void case_sealed_with_another_id_inside(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	h.session_id++;
	put(p, &h);
	send_sealed(p);
}

static void case_sealed_without_id_inside(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	h.session_id = 0;
	put(p, &h);
	send_sealed(p);
}

static void case_sealed_twice(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	put(p, &h);
	seal(p);
	size_t len = p->end - FRAME_HEADER_LEN;
	memmove(p->frame + MESSAGE_AT, p->frame + FRAME_HEADER_LEN, len);
	p->end = MESSAGE_AT + len;
	send_sealed(p);
}

static void case_sealed_smb1(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	put(p, &h);
	p->frame[MESSAGE_AT] = 0xFF;
	send_sealed(p);
}

static void case_sealed_unknown_command(struct probe *p)
{
	struct smb2_header h = header_of(p, NO_COMMAND);
	put(p, &h);
	send_sealed(p);
}

static void case_sealed_related_first(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	h.flags = SMB2_FLAGS_RELATED_OPERATIONS;
	put(p, &h);
	send_sealed(p);
}

static void case_sealed_bad_chain(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	h.next_command = 60;
	put(p, &h);
	send_sealed(p);
}

static void case_sealed_cancel_of_nothing(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_CANCEL);
	put(p, &h);
	send_sealed(p);
}

static void case_sealed_negotiate(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_NEGOTIATE);
	put(p, &h);
	send_sealed(p);
}

static void case_after_logoff(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_LOGOFF);
	put(p, &h);
	send_sealed(p);
	usleep(1000 * AFTER_MS);
	h = header_of(p, SMB2_ECHO);
	put(p, &h);
	send_sealed(p);
}

// --- cases: the order and number of messages
// ----------------------------------------------------------------

static void case_replayed(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	put(p, &h);
	send_sealed(p);
	send_from(p, 0);
}

static void case_id_used_again(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	put(p, &h);
	send_sealed(p);
	put(p, &h);
	send_sealed(p);
}

// A cipher's nonce once more under the same key: in all, or with one other between.
static void case_nonce_repeated(struct probe *p)
{
	for (int i = 0; i < 3; i++) {
		struct smb2_header h = header_of(p, SMB2_ECHO);
		put(p, &h);
		atomic_store(&p->c->nonces.next, 1000 + (uint64_t)(i % 2));
		send_sealed(p);
	}
}

// A CANCEL has no MessageId of its own that could give it away.
static void case_cancel_replayed(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_CANCEL);
	put(p, &h);
	send_sealed(p);
	send_from(p, 0);
}

// MessageIds are a window: the order within it is the client's own.
static void case_reordered(struct probe *p)
{
	struct smb2_header first = header_of(p, SMB2_ECHO);
	struct smb2_header second = header_of(p, SMB2_ECHO);
	put(p, &second);
	send_sealed(p);
	put(p, &first);
	send_sealed(p);
}

static void sealed_echo_with(struct probe *p, uint64_t message_id, uint16_t charge)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	h.message_id = message_id;
	h.credit_charge = charge;
	put(p, &h);
	send_sealed(p);
}

static void case_id_zero(struct probe *p)
{
	sealed_echo_with(p, 0, 1);
}

static void case_id_beyond(struct probe *p)
{
	sealed_echo_with(p, p->c->next_message_id + 1000000, 1);
}

static void case_id_last(struct probe *p)
{
	sealed_echo_with(p, UINT64_MAX, 1);
}

static void case_id_wraps(struct probe *p)
{
	sealed_echo_with(p, UINT64_MAX - 1, 3);
}

static void case_charge_zero(struct probe *p)
{
	sealed_echo_with(p, p->c->next_message_id, 0);
}

static void case_charge_huge(struct probe *p)
{
	sealed_echo_with(p, p->c->next_message_id, UINT16_MAX);
}

// --- cases: frames --------------------------------------------------------------------------------------

static void case_second_negotiate(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_NEGOTIATE);
	h.session_id = 0;
	put(p, &h);
	send_plain(p);
}

static void case_smb1(struct probe *p)
{
	memset(p->frame + MESSAGE_AT, 0, 40);
	memcpy(p->frame + MESSAGE_AT, "\xFFSMBr", 5);
	p->end = MESSAGE_AT + 40;
	send_plain(p);
}

static void raw_length(struct probe *p, const uint8_t header[FRAME_HEADER_LEN])
{
	if (send(p->c->fd, header, FRAME_HEADER_LEN, MSG_NOSIGNAL) != FRAME_HEADER_LEN)
		give_up("cannot send", -EPIPE, STATUS(SUCCESS));
}

static void case_frame_too_long(struct probe *p)
{
	raw_length(p, (const uint8_t[]){ 0, 0xFF, 0xFF, 0xFF });
}

static void case_frame_of_netbios(struct probe *p)
{
	raw_length(p, (const uint8_t[]){ 0x81, 0, 0, 68 });
}

static void case_frame_empty(struct probe *p)
{
	raw_length(p, (const uint8_t[]){ 0, 0, 0, 0 });
}

static void case_compressed(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	put(p, &h);
	p->frame[MESSAGE_AT] = 0xFC;
	send_plain(p);
}

// --- cases: before authentication
// ---------------------------------------------------------------------------

static void case_early_echo(struct probe *p)
{
	case_plain_echo(p);
}

static void case_early_tree_connect(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_TREE_CONNECT);
	h.session_id = 0x1234;
	put(p, &h);
	send_plain(p);
}

static void case_early_seal(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_ECHO);
	struct smb2_transform_header t = {
		.original_message_size = SMB2_HEADER_LEN + 4,
		.flags = SMB2_TRANSFORM_FLAG_ENCRYPTED,
		.session_id = p->witness->session_id,
	};
	put(p, &h);
	struct writer w = writer_make(p->frame + FRAME_HEADER_LEN, SMB2_TRANSFORM_HEADER_LEN);
	smb2_transform_header_encode(&w, &t);
	send_from(p, 0);
}

static void case_early_large_frame(struct probe *p)
{
	raw_length(p, (const uint8_t[]){ 0, 0x04, 0, 0 });
}

static void case_early_cancel(struct probe *p)
{
	struct smb2_header h = header_of(p, SMB2_CANCEL);
	p->c->next_message_id--; // it takes none
	put(p, &h);
	for (int i = 0; i < 100; i++)
		send_plain(p);
	case_plain_echo(p);
}

// --- cases: more than there is room for --------------------------------------------------------------------

static struct client *connect_client(struct probe *p);
static void log_in(struct probe *p, struct client *c);

static struct smb2_file_id open_file(struct client *c, uint32_t tree_id, const char *name, uint32_t options)
{
	uint8_t bytes[64];
	struct writer w = writer_make(bytes, sizeof(bytes));
	struct smb2_create_response made = { 0 };
	struct nt_status status = { 0 };
	(void)writer_utf16(&w, name);
	struct smb2_create_request m = client_open_request(writer_since(&w, 0));
	m.create_options = options;
	require("open", client_create(c, tree_id, &m, &made, &status), status);
	return made.file_id;
}

static void ignore(void *context UNUSED, const struct client_reply *reply UNUSED)
{
}

// Many connections ask for large answers and take none of them; then one more asks.
static void case_large_answers_not_taken(struct probe *p)
{
	enum { LEN = 8 << 20, AFTER_A_WHILE_US = 1500000 };
	struct smb2_read_request m = { .length = LEN };
	for (int i = 0; i < HOGS_MAX; i++) {
		struct client_loop *own = p->loop;
		p->loop = p->hog_loops[i] = client_loop_new();
		struct client *hog = p->hogs[i] = connect_client(p);
		log_in(p, hog);
		p->loop = own;
		m.file_id = open_file(hog, p->tree_id, "large", 0);
		for (int k = 0; k < 3; k++) {
			if (client_send_read(hog, p->tree_id, &m, ignore, NULL) != 0 ||
				client_transmit(hog) != 0)
				give_up("hog", 0, STATUS(SUCCESS));
		}
	}
	usleep(AFTER_A_WHILE_US);
	m.file_id = open_file(p->c, p->tree_id, "large", 0);
	if (client_send_read(p->c, p->tree_id, &m, ignore, NULL) != 0 || client_transmit(p->c) != 0)
		give_up("read", 0, STATUS(SUCCESS));
}

// More requests that wait than may; the last one is answered at once.
static void case_too_many_wait(struct probe *p)
{
	enum { MANY = 40 };
	struct smb2_change_notify_request m = { .output_buffer_length = 4096, .completion_filter = 1 };
	m.file_id = open_file(p->c, p->tree_id, "", 1);
	for (int i = 0; i < MANY; i++) {
		if (client_send_change_notify(p->c, p->tree_id, &m, ignore, NULL) != 0 ||
			client_transmit(p->c) != 0)
			give_up("notify", 0, STATUS(SUCCESS));
	}
}

static struct nt_status try_open(struct client *c, uint32_t tree_id, struct smb2_file_id *id)
{
	struct smb2_create_request m = client_open_request(span_make(NULL, 0));
	struct smb2_create_response made = { 0 };
	struct nt_status status = { 0 };
	m.create_options = 1; // the share's folder
	require("open", client_create(c, tree_id, &m, &made, &status), STATUS(SUCCESS));
	*id = made.file_id;
	return status;
}

static void wanted(const char *what, struct nt_status got, struct nt_status status)
{
	if (!nt_status_equal(got, status))
		give_up(what, 0, got);
}

// As many opens as may be; then somebody else tries, then one is closed and he tries again; then one more.
static void fill_opens(struct probe *p, struct nt_status others)
{
	enum { MANY = 1000 };
	struct smb2_file_id id, last = { 0 };
	struct nt_status status = STATUS(SUCCESS);
	for (int i = 0; i < MANY && nt_status_ok(status = try_open(p->c, p->tree_id, &id)); i++)
		last = id;
	wanted("an open too many", status, STATUS(INSUFFICIENT_RESOURCES));
	wanted("somebody else's open", try_open(p->witness, p->tree_id, &id), others);
	require("close", client_close(p->c, p->tree_id, last, &status), STATUS(SUCCESS));
	wanted("close", status, STATUS(SUCCESS));
	wanted("his open once there is room", try_open(p->witness, p->tree_id, &id), STATUS(SUCCESS));
	while (nt_status_ok(try_open(p->c, p->tree_id, &id)))
		;
	struct smb2_create_request m = client_open_request(span_make(NULL, 0));
	m.create_options = 1;
	if (client_send_create(p->c, p->tree_id, &m, ignore, NULL) != 0 || client_transmit(p->c) != 0)
		give_up("open", 0, STATUS(SUCCESS));
}

static void case_too_many_opens(struct probe *p)
{
	fill_opens(p, STATUS(INSUFFICIENT_RESOURCES));
}

static void case_too_many_opens_of_session(struct probe *p)
{
	fill_opens(p, STATUS(SUCCESS));
}

static void send_first_log_in(struct probe *p)
{
	uint8_t room[1024];
	struct arena a;
	struct client_ntlm ntlm = { 0 };
	struct smb2_session_setup_request m = { .security_mode = 1 };
	struct smb2_header h = header_of(p, SMB2_SESSION_SETUP);
	h.session_id = 0;
	arena_init(&a, room, sizeof(room));
	if (client_ntlm_first(&ntlm, &a, &m.security_buffer) != 0)
		give_up("log in", -ENOMEM, STATUS(SUCCESS));
	put(p, &h);
	struct writer w = writer_make(p->frame, sizeof(p->frame));
	w.pos = MESSAGE_AT + SMB2_HEADER_LEN;
	smb2_session_setup_request_encode(&w, &m);
	p->end = w.pos;
	send_plain(p);
	arena_reset(&a);
	client_ntlm_done(&ntlm);
}

// Log-ons begun on a connection that has a session: the last is one too many.
static void case_too_many_sessions(struct probe *p)
{
	enum { MANY = 8 };
	for (int i = 0; i < MANY; i++)
		send_first_log_in(p);
}

// Says that it is ready, and goes on when it is told to.
static void pause_for_change(const char *what)
{
	(void)printf("%s\n", what);
	(void)fflush(stdout);
	if (getchar() == EOF)
		give_up("nobody said go on", 0, STATUS(SUCCESS));
}

// A session that is not sealed has a file open; then the share is to be sealed.
static void case_tightened_read(struct probe *p)
{
	struct smb2_read_request m = { .length = 16 };
	struct span data;
	struct nt_status status = { 0 };
	m.file_id = open_file(p->c, p->tree_id, "file", 0);
	require("read", client_read(p->c, p->tree_id, &m, &data, &status), status);
	pause_for_change("has read");
	if (client_send_read(p->c, p->tree_id, &m, ignore, NULL) != 0 || client_transmit(p->c) != 0)
		give_up("read", 0, STATUS(SUCCESS));
}

// The same, and it waits already for what happens in the share.
static void case_tightened_notify(struct probe *p)
{
	struct smb2_change_notify_request m = { .output_buffer_length = 4096, .completion_filter = 1 };
	m.file_id = open_file(p->c, p->tree_id, "", 1);
	if (client_send_change_notify(p->c, p->tree_id, &m, ignore, NULL) != 0 || client_transmit(p->c) != 0)
		give_up("notify", 0, STATUS(SUCCESS));
	// Until the server says so, the change could overtake the request. What it says is left to watch().
	struct pollfd poller = { .fd = p->c->fd, .events = POLLIN };
	if (poll(&poller, 1, WAIT_MS) <= 0)
		give_up("nothing says that it waits", 0, STATUS(SUCCESS));
	pause_for_change("waits");
}

enum when { LOGGED_IN, EARLY, NOT_SEALED };

static const struct {
	const char *name;
	void (*run)(struct probe *p);
	enum when when;
} cases[] = {
#define CASE(name)                                                                                           \
	{                                                                                                    \
#name, case_##name, LOGGED_IN                                                                \
	}
#define EARLY(name)                                                                                          \
	{                                                                                                    \
#name, case_##name, EARLY                                                                    \
	}
#define NOT_SEALED(name)                                                                                     \
	{                                                                                                    \
#name, case_##name, NOT_SEALED                                                               \
	}
	CASE(plain_echo),
	CASE(plain_unknown_command),
	CASE(plain_related_first),
	CASE(plain_cancel),
	CASE(plain_logoff),
	CASE(plain_session_setup),
	CASE(signed_echo),
	CASE(wrong_signature),
	CASE(signed_then_changed),
	CASE(wrong_seal_tag),
	CASE(wrong_seal_nonce),
	CASE(wrong_seal_unused_nonce),
	CASE(wrong_seal_body),
	CASE(wrong_seal_length),
	CASE(sealed_for_unknown_session),
	CASE(sealed_for_foreign_session),
	CASE(sealed_with_another_id_inside),
	CASE(sealed_without_id_inside),
	CASE(sealed_twice),
	CASE(sealed_smb1),
	CASE(sealed_unknown_command),
	CASE(sealed_related_first),
	CASE(sealed_bad_chain),
	CASE(sealed_cancel_of_nothing),
	CASE(sealed_negotiate),
	CASE(after_logoff),
	CASE(replayed),
	CASE(id_used_again),
	CASE(nonce_repeated),
	CASE(cancel_replayed),
	CASE(reordered),
	CASE(id_zero),
	CASE(id_beyond),
	CASE(id_last),
	CASE(id_wraps),
	CASE(charge_zero),
	CASE(charge_huge),
	CASE(second_negotiate),
	CASE(smb1),
	CASE(frame_too_long),
	CASE(frame_of_netbios),
	CASE(frame_empty),
	CASE(compressed),
	CASE(large_answers_not_taken),
	CASE(too_many_wait),
	CASE(too_many_opens),
	CASE(too_many_opens_of_session),
	CASE(too_many_sessions),
	NOT_SEALED(tightened_read),
	NOT_SEALED(tightened_notify),
	EARLY(early_echo),
	EARLY(early_tree_connect),
	EARLY(early_seal),
	EARLY(early_large_frame),
	EARLY(early_cancel),
};

// --- the rest
// -----------------------------------------------------------------------------------------------

static struct client *connect_client(struct probe *p)
{
	struct client_options options = client_options_default();
	options.seal = false; // as the server demands
	struct client *c = NULL;
	if (p->not_sealed) {
		options.ciphers.count = 0;
		options.seal = false;
	}
	struct nt_status status = { 0 };
	require("connect", client_connect(p->loop, &options, p->host, p->port, &c, &status), status);
	return c;
}

static void log_in(struct probe *p, struct client *c)
{
	struct nt_status status = { 0 };
	require("log in", client_log_in(c, &p->who, &status), status);
	require("tree connect", client_tree_connect(c, p->share, &p->tree_id, NULL, &status), status);
}

static int run_case(struct probe *p, const char *name)
{
	struct nt_status status = { 0 };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(cases[i].name, name) != 0)
			continue;
		p->not_sealed = cases[i].when == NOT_SEALED;
		p->c = connect_client(p);
		if (cases[i].when != EARLY)
			log_in(p, p->c);
		cases[i].run(p);
		watch(p);
		client_free(p->c);
		for (int k = 0; k < HOGS_MAX && p->hogs[k] != NULL; k++) {
			client_free(p->hogs[k]);
			client_loop_free(p->hog_loops[k]);
		}
		require("somebody else", client_echo(p->witness, &status), status);
		return 0;
	}
	(void)fprintf(stderr, "security_probe: there is no case %s\n", name);
	return 2;
}

int main(int argc, char **argv)
{
	if (argc != 7) {
		(void)fprintf(stderr, "usage: security_probe HOST PORT USER PASSWORD SHARE CASE\n");
		return 2;
	}
	struct probe *p = calloc(1, sizeof(*p));
	if (p == NULL)
		return 1;
	p->host = argv[1];
	p->port = (uint16_t)atoi(argv[2]);
	p->who = (struct client_credentials){ .user = argv[3], .password = argv[4] };
	p->share = argv[5];
	p->loop = client_loop_new();
	if (p->loop == NULL)
		return 1;
	p->witness = connect_client(p);
	log_in(p, p->witness);
	int rc = run_case(p, argv[6]);
	client_free(p->witness);
	client_loop_free(p->loop);
	free(p);
	return rc;
}
