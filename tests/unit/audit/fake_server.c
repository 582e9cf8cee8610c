// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include "fake_server.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/filetime.h"
#include "base/secret.h"
#include "wire/smb1/smb1_negotiate.h"
#include "wire/smb2/frame.h"
#include "wire/smb2/smb2_command.h"

enum { MESSAGE_LEN_MAX = 4096, FILETIME_PER_S = 10000000, DRIP_US = 20000, ENDLESS_FRAMES = 4000 };

static bool read_all(int fd, uint8_t *out, size_t len)
{
	return recv(fd, out, len, MSG_WAITALL) == (ssize_t)len;
}

size_t fake_read_frame(int fd, uint8_t *out, size_t cap)
{
	uint8_t header[FRAME_HEADER_LEN];
	uint32_t len = 0;
	if (!read_all(fd, header, sizeof(header)) ||
		frame_header_decode(span_make(header, sizeof(header)), &len) != VERDICT_OK || len > cap)
		return 0;
	return read_all(fd, out, len) ? len : 0;
}

static bool send_all(int fd, const void *bytes, size_t len)
{
	return send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
}

bool fake_send_frame(int fd, struct span message, size_t announced)
{
	uint8_t header[FRAME_HEADER_LEN];
	frame_header_put(header, (uint32_t)announced);
	return send(fd, header, sizeof(header), MSG_NOSIGNAL | MSG_MORE) == (ssize_t)sizeof(header) &&
	       send_all(fd, message.data, message.len);
}

static void wait_for_end(int fd)
{
	uint8_t ignored[256];
	while (recv(fd, ignored, sizeof(ignored), 0) > 0)
		;
}

// --- honest answers -----------------------------------------------------------------------------

static uint16_t choose(const struct fake_policy *p, const struct smb2_negotiate_ids *own,
	const struct smb2_negotiate_ids *offer)
{
	const struct smb2_negotiate_ids *outer = p->follows_client ? offer : own;
	const struct smb2_negotiate_ids *inner = p->follows_client ? own : offer;
	for (uint16_t i = 0; i < outer->count; i++) {
		if (smb2_negotiate_ids_contain(inner, outer->ids[i]))
			return outer->ids[i];
	}
	return UINT16_MAX;
}

static uint16_t dialect_choose(const struct fake_policy *p, const struct smb2_negotiate_request *m)
{
	if (p->any_dialect)
		return p->dialects[0];
	for (unsigned i = 0; i < ARRAY_LEN(p->dialects); i++) {
		if (p->dialects[i] != 0 && smb2_negotiate_offers(m, p->dialects[i]))
			return p->dialects[i];
	}
	return 0;
}

static struct nt_status contexts_answer(const struct fake_policy *p, const struct smb2_negotiate_request *m,
	struct smb2_negotiate_contexts *out, uint8_t salt[32])
{
	struct smb2_negotiate_contexts in;
	if (smb2_negotiate_contexts_decode(m->negotiate_contexts, m->negotiate_context_count, &in) !=
		VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	if (in.preauth_seen == 0 && !p->no_preauth)
		return STATUS(INVALID_PARAMETER);
	random_bytes(salt, 32);
	out->preauth_seen = 1;
	out->preauth_salt = span_make(salt, 32);
	smb2_negotiate_ids_add(&out->preauth_hashes, SMB2_HASH_SHA_512);
	uint16_t cipher = choose(p, &p->ciphers, &in.ciphers);
	uint16_t signing = choose(p, &p->signings, &in.signing_algorithms);
	uint16_t compression = choose(p, &p->compressions, &in.compression_algorithms);
	if (p->insists && (cipher == UINT16_MAX || signing == UINT16_MAX))
		return STATUS(ACCESS_DENIED);
	out->encryption_seen = in.encryption_seen != 0;
	smb2_negotiate_ids_add(&out->ciphers, cipher == UINT16_MAX ? SMB2_CIPHER_NONE : cipher);
	out->signing_seen = in.signing_seen != 0 && signing != UINT16_MAX;
	smb2_negotiate_ids_add(&out->signing_algorithms, signing);
	out->compression_seen = compression != UINT16_MAX;
	smb2_negotiate_ids_add(&out->compression_algorithms, compression);
	return STATUS(SUCCESS);
}

static void write_header(struct writer *w, struct nt_status status)
{
	const struct smb2_header h = { .command = SMB2_NEGOTIATE,
		.flags = SMB2_FLAGS_SERVER_TO_REDIR,
		.status = status,
		.credit_request_response = 1 };
	smb2_header_encode(w, &h);
}

static void refuse(struct writer *w, struct nt_status status)
{
	const struct smb2_error_response m = { 0 };
	write_header(w, status);
	smb2_error_response_encode(w, &m);
}

void fake_negotiate(const struct fake_policy *p, struct span message, struct writer *w)
{
	uint8_t contexts[512], salt[32];
	struct writer list = writer_make(contexts, sizeof(contexts));
	struct smb2_negotiate_request in;
	struct smb2_negotiate_contexts chosen = { 0 };
	struct nt_status status = STATUS(SUCCESS);
	if (smb2_negotiate_request_decode(message, &in) != VERDICT_OK)
		status = STATUS(INVALID_PARAMETER);
	uint16_t dialect = nt_status_ok(status) ? dialect_choose(p, &in) : 0;
	if (nt_status_ok(status) && dialect == 0)
		status = STATUS(NOT_SUPPORTED);
	if (nt_status_ok(status) && dialect == SMB2_DIALECT_311)
		status = contexts_answer(p, &in, &chosen, salt);
	if (!nt_status_ok(status)) {
		refuse(w, status);
		return;
	}
	struct smb2_negotiate_response m = { .dialect_revision = dialect,
		.security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED,
		.max_transact_size = 65536,
		.max_read_size = 65536,
		.max_write_size = 65536,
		.system_time = filetime_now() + (uint64_t)(p->skew_s * FILETIME_PER_S) };
	memcpy(m.server_guid, p->guid, sizeof(m.server_guid));
	m.negotiate_context_count = smb2_negotiate_contexts_encode(&list, &chosen);
	m.negotiate_contexts = writer_since(&list, 0);
	write_header(w, STATUS(SUCCESS));
	smb2_negotiate_response_encode(w, &m);
}

// NT LM 0.12 is the first that the probes offer (MS-CIFS 2.2.4.52.2).
static void smb1_negotiate(struct writer *w)
{
	enum { WORDS = 17, REPLY = 0x80 };
	writer_bytes(w, "\xFFSMB", 4);
	writer_u8(w, SMB1_COM_NEGOTIATE);
	writer_u32(w, 0);
	writer_u8(w, REPLY);
	writer_zeros(w, SMB1_HEADER_LEN - 10);
	writer_u8(w, WORDS);
	writer_zeros(w, 2 * WORDS + 2); // DialectIndex 0; no bytes
}

// What Linux 6.12 sends, as captured: its length once more, a header, and a WordCount of 1 without the word.
static void smb1_refuse_cut(struct writer *w)
{
	static const uint8_t captured[] = { 0x00, 0x00, 0x00, 0x25, 0xFF, 'S', 'M', 'B', 0x72, 0, 0, 0, 0,
		0x80, 0x40, 0xC8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFE, 0xFF, 0, 0, 0x01, 0x00,
		0x01 };
	writer_bytes(w, captured, sizeof(captured));
}

// False: there is nothing to say.
static bool answer_honestly(const struct fake_policy *p, struct span message, struct writer *w)
{
	if (!smb1_is_message(message)) {
		fake_negotiate(p, message, w);
		return true;
	}
	if (p->smb1)
		smb1_negotiate(w);
	else if (p->smb1_cut)
		smb1_refuse_cut(w);
	return p->smb1 || p->smb1_cut;
}

// --- other manners ------------------------------------------------------------------------------

static void noise(uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(i * 151 + 77);
}

static void send_reset(int fd)
{
	const struct linger at_once = { .l_onoff = 1 };
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

static void send_endless(int fd)
{
	uint8_t bytes[512];
	noise(bytes, sizeof(bytes));
	for (unsigned i = 0; i < ENDLESS_FRAMES; i++) {
		if (!fake_send_frame(fd, span_make(bytes, sizeof(bytes)), sizeof(bytes)))
			return;
	}
}

static void send_drops(int fd, struct span answer)
{
	uint8_t header[FRAME_HEADER_LEN];
	frame_header_put(header, (uint32_t)answer.len);
	bool going = send_all(fd, header, sizeof(header));
	for (size_t i = 0; going && i < answer.len; i++) {
		going = send_all(fd, answer.data + i, 1);
		(void)usleep(DRIP_US);
	}
}

static void misbehave(const struct fake_server *s, int fd, struct writer *answer)
{
	uint8_t bytes[512];
	struct span honest = writer_since(answer, 0);
	noise(bytes, sizeof(bytes));
	switch (s->manner) {
	case FAKE_GARBAGE:
		(void)!fake_send_frame(fd, span_make(bytes, sizeof(bytes)), sizeof(bytes));
		break;
	case FAKE_GARBAGE_BODY:
		if (honest.len >= SMB2_HEADER_LEN)
			memcpy(bytes, honest.data, SMB2_HEADER_LEN);
		(void)!fake_send_frame(fd, span_make(bytes, sizeof(bytes)), sizeof(bytes));
		break;
	case FAKE_HALF:
		(void)!fake_send_frame(fd, span_make(honest.data, honest.len / 2), honest.len);
		wait_for_end(fd);
		break;
	case FAKE_HUGE:
		(void)!fake_send_frame(fd, honest, FRAME_LEN_MAX);
		send_endless(fd);
		break;
	case FAKE_ENDLESS:
		send_endless(fd);
		break;
	case FAKE_DRIPS:
		send_drops(fd, honest);
		break;
	case FAKE_NOT_A_FRAME:
		(void)!send_all(fd, "\x83\x00\x00\x01\x80", 5);
		break;
	case FAKE_CUT:
		if (honest.len != 0)
			honest.len = s->connections % honest.len;
		(void)!fake_send_frame(fd, honest, honest.len);
		break;
	case FAKE_BENT:
		if (honest.len != 0)
			answer->base[s->connections % honest.len] ^= 0xFF;
		(void)!fake_send_frame(fd, honest, honest.len);
		break;
	default:
		break;
	}
}

static void serve(struct fake_server *s, int fd)
{
	uint8_t request[MESSAGE_LEN_MAX], bytes[MESSAGE_LEN_MAX];
	struct writer w = writer_make(bytes, sizeof(bytes));
	size_t len = fake_read_frame(fd, request, sizeof(request));
	if (len == 0)
		return;
	bool says = answer_honestly(&s->policy, span_make(request, len), &w);
	if (s->manner == FAKE_SILENT)
		wait_for_end(fd);
	else if (s->manner == FAKE_RESETS)
		send_reset(fd);
	else if (s->manner != FAKE_HONEST)
		misbehave(s, fd, &w);
	else if (says && fake_send_frame(fd, writer_since(&w, 0), w.pos))
		wait_for_end(fd);
}

static void *run(void *context)
{
	struct fake_server *s = context;
	int fd;
	while ((fd = accept(s->listener, NULL, NULL)) >= 0) {
		serve(s, fd);
		(void)close(fd);
		s->connections++;
	}
	return NULL;
}

int fake_listen(uint16_t *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 16), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

void fake_server_start(struct fake_server *s)
{
	s->listener = fake_listen(&s->port);
	s->connections = 0;
	assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
}

void fake_server_stop(struct fake_server *s)
{
	(void)shutdown(s->listener, SHUT_RDWR);
	(void)pthread_join(s->thread, NULL);
	(void)close(s->listener);
}
