// SPDX-License-Identifier: Apache-2.0
// Whether the host also answers where SMB was before it had a port of its own: NetBIOS' session service
// (RFC 1002 4.3).
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "audit/probe_wait.h"
#include "audit/probes/probe_words.h"
#include "audit/probes/probes.h"
#include "base/reader.h"
#include "base/writer.h"

enum {
	NETBIOS_PORT = 139,
	SMB_PORT = 445,
	NAME_LEN = 16,
	SESSION_REQUEST = 0x81,
	POSITIVE_SESSION_RESPONSE = 0x82,
	NEGATIVE_SESSION_RESPONSE = 0x83,
	RETARGET_SESSION_RESPONSE = 0x84,
	HEADER_LEN = 4,
	REQUEST_LEN_MAX = 80,
};

// A name of sixteen bytes, each as two letters (RFC 1001 14.1).
static void name_write(struct writer *w, const char *name)
{
	size_t len = strlen(name);
	writer_u8(w, 2 * NAME_LEN);
	for (size_t i = 0; i < NAME_LEN; i++) {
		uint8_t c = i < len ? (uint8_t)name[i] : ' ';
		writer_u8(w, (uint8_t)('A' + (c >> 4)));
		writer_u8(w, (uint8_t)('A' + (c & 15)));
	}
	writer_u8(w, 0);
}

static struct span request_write(struct writer *w)
{
	writer_u8(w, SESSION_REQUEST);
	writer_u8(w, 0);
	size_t length = writer_reserve(w, 2);
	name_write(w, "*SMBSERVER"); // any server's name, since Windows NT
	name_write(w, "SIGNET");
	size_t len = w->pos - HEADER_LEN;
	writer_patch_u8(w, length, (uint8_t)(len >> 8));
	writer_patch_u8(w, length + 1, (uint8_t)len);
	return writer_since(w, 0);
}

// The first bytes of the answer; these few come in one piece, if at all.
static int answer_receive(struct probe *p, int fd, uint8_t header[HEADER_LEN])
{
	int rc = probe_wait(p, fd, POLLIN, p->options->timeout_ms);
	if (rc <= 0)
		return rc < 0 ? rc : -ETIMEDOUT;
	ssize_t got = recv(fd, header, HEADER_LEN, 0);
	if (got < 0)
		return -errno;
	return got == HEADER_LEN ? 0 : -ECONNRESET;
}

static const char *answer_words(uint8_t type)
{
	switch (type) {
	case POSITIVE_SESSION_RESPONSE:
		return "positive session response";
	case NEGATIVE_SESSION_RESPONSE:
		return "negative session response";
	case RETARGET_SESSION_RESPONSE:
		return "retarget session response";
	default:
		return NULL;
	}
}

static int ask(struct probe *p, int fd, uint8_t header[HEADER_LEN])
{
	uint8_t bytes[REQUEST_LEN_MAX];
	struct writer w = writer_make(bytes, sizeof(bytes));
	struct span request = request_write(&w);
	ssize_t sent = send(fd, request.data, request.len, MSG_NOSIGNAL);
	if (sent != (ssize_t)request.len)
		return sent < 0 ? -errno : -EIO;
	return answer_receive(p, fd, header);
}

void probe_netbios(struct probe *p)
{
	static const char question[] = "NetBIOS session request to port 139";
	struct fact *f = &p->facts->netbios_session;
	uint8_t header[HEADER_LEN] = { 0 };
	int fd = -1;
	// Another port than SMB's own may be somebody else's host behind the same address.
	if (p->port != SMB_PORT)
		return;
	unsigned trouble = p->facts->trouble;
	int rc = probe_dial_port(p, NETBIOS_PORT, &fd);
	bool nobody = rc == -ECONNREFUSED;
	if (rc == 0) {
		rc = ask(p, fd, header);
		probe_close(p, fd);
		p->facts->trouble = trouble; // silence on this port says nothing of the other
	}
	if (nobody)
		fact_set(p->facts, f, ANSWER_NO, question, "the connection was refused");
	else if (rc < 0)
		fact_unknown(p->facts, f, fault_words(rc));
	else if (answer_words(header[0]) != NULL)
		fact_set(p->facts, f, ANSWER_YES, question, answer_words(header[0]));
	else
		fact_set(p->facts, f, ANSWER_NO, question, "an answer that is none of NetBIOS");
}
