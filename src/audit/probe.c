// SPDX-License-Identifier: Apache-2.0
// What probes wait and speak with: connections that take turns, frames, and when a host has had enough.
#include "audit/probe.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "audit/logon_turn.h"
#include "audit/probe_wait.h"
#include "audit/rate.h"
#include "audit/task.h"
#include "base/filetime.h"
#include "wire/smb2/frame.h"

enum {
	TROUBLE_MAX = 4,             // waits in vain, of one host
	RESETS_IN_A_ROW_MAX = 8,     // connections that ended without any answer
	DIAL_TIMEOUT_MS_MAX = 3000,  // one retry of the kernel's is in it
	RECEIVE_LEN_MAX = 128 << 10, // nothing that is asked for is longer
};

// --- enough ---------------------------------------------------------------------------------------

bool probe_is_over(const struct probe *p)
{
	return p->error != NULL || (p->stop != NULL && *p->stop) || monotonic_ms() >= p->deadline_ms;
}

// Says once why it ends.
static int give_up(struct probe *p)
{
	if (p->error != NULL)
		return -ECANCELED;
	if (p->stop != NULL && *p->stop)
		p->error = "the audit was interrupted";
	else
		p->error = "the time for this host was over";
	return -ECANCELED;
}

static void note_timeout(struct probe *p)
{
	if (++p->facts->trouble >= TROUBLE_MAX && p->error == NULL)
		p->error = "it left too many requests without an answer";
}

// What a connection ended with before it was of use.
static void note_dial(struct probe *p, int rc)
{
	if (rc == 0) {
		p->resets = 0;
		return;
	}
	if (rc == -ECONNRESET && ++p->resets < RESETS_IN_A_ROW_MAX)
		return;
	// It took connections before: now it does not, and we may be why.
	if (p->error != NULL)
		return;
	if (rc == -ECONNRESET)
		p->error = "it closes every connection without an answer";
	else if (rc == -ECONNREFUSED)
		p->error = "it refuses connections all of a sudden";
	else if (rc == -EHOSTUNREACH || rc == -ENETUNREACH)
		p->error = "it cannot be reached any more";
}

int probe_wait(void *context, int fd, short events, int timeout_ms)
{
	struct probe *p = context;
	if (probe_is_over(p))
		return give_up(p);
	uint64_t left = p->deadline_ms - monotonic_ms();
	bool last = timeout_ms < 0 || (uint64_t)timeout_ms >= left;
	int rc = task_wait_fd(fd, events, last ? (int)left : timeout_ms);
	if (rc != 0)
		return rc;
	if (last)
		return give_up(p);
	note_timeout(p);
	return 0;
}

void probe_sleep(struct probe *p, unsigned ms)
{
	uint64_t now = monotonic_ms();
	uint64_t left = p->deadline_ms > now ? p->deadline_ms - now : 0;
	task_sleep(ms < left ? ms : (unsigned)left);
}

// --- connections ------------------------------------------------------------------------------------

static int wait_turn(struct probe *p)
{
	uint64_t now = monotonic_ms();
	if (probe_is_over(p))
		return give_up(p);
	if (p->next_dial_ms > now)
		probe_sleep(p, (unsigned)(p->next_dial_ms - now));
	// Waiting for other hosts does not count as this one's time.
	p->deadline_ms += rate_wait(p->rate, p->stop);
	p->next_dial_ms = monotonic_ms() + p->options->host_pause_ms;
	return probe_is_over(p) ? give_up(p) : 0;
}

struct client_options probe_client_options(const struct probe *p)
{
	struct client_options o = client_options_default();
	o.timeout_ms = p->options->timeout_ms;
	o.receive_len_max = RECEIVE_LEN_MAX;
	return o;
}

int probe_connect(
	struct probe *p, const struct client_options *options, struct client **out, struct nt_status *status)
{
	*out = NULL;
	*status = STATUS(SUCCESS);
	int rc = wait_turn(p);
	if (rc < 0)
		return rc;
	rc = client_connect(p->loop, options, p->address, p->port, out, status);
	note_dial(p, rc);
	return rc;
}

int probe_dial_port(struct probe *p, uint16_t port, int *fd)
{
	int timeout_ms = p->options->timeout_ms;
	*fd = -1;
	int rc = wait_turn(p);
	if (rc < 0)
		return rc;
	if (timeout_ms > DIAL_TIMEOUT_MS_MAX)
		timeout_ms = DIAL_TIMEOUT_MS_MAX;
	unsigned trouble = p->facts->trouble;
	rc = client_dial(p->loop, p->address, port, NULL, timeout_ms);
	if (rc >= 0)
		*fd = rc;
	if (port == p->port)
		note_dial(p, rc < 0 ? rc : 0);
	else
		p->facts->trouble = trouble; // a firewall before another port is no trouble of this one
	return rc < 0 ? rc : 0;
}

int probe_dial(struct probe *p, int *fd)
{
	return probe_dial_port(p, p->port, fd);
}

void probe_close(struct probe *p, int fd)
{
	(void)p;
	if (fd >= 0)
		(void)close(fd);
}

// --- frames -----------------------------------------------------------------------------------------

static int send_some(struct probe *p, int fd, struct msghdr *m)
{
	ssize_t n = sendmsg(fd, m, MSG_NOSIGNAL);
	if (n >= 0)
		return (int)n;
	if (errno == EINTR)
		return 0;
	if (errno != EAGAIN)
		return errno == EPIPE ? -ECONNRESET : -errno;
	int rc = probe_wait(p, fd, POLLOUT, p->options->timeout_ms);
	return rc == 0 ? -ETIMEDOUT : rc < 0 ? rc : 0;
}

int probe_send(struct probe *p, int fd, struct span frame)
{
	uint8_t header[FRAME_HEADER_LEN];
	size_t sent = 0;
	frame_header_put(header, (uint32_t)frame.len);
	while (sent < sizeof(header) + frame.len) {
		size_t of_header = sent < sizeof(header) ? sent : sizeof(header);
		size_t of_frame = sent - of_header;
		struct iovec parts[] = {
			{ header + of_header, sizeof(header) - of_header },
			{ (uint8_t *)(uintptr_t)frame.data + of_frame, frame.len - of_frame },
		};
		struct msghdr m = { .msg_iov = parts, .msg_iovlen = ARRAY_LEN(parts) };
		int rc = send_some(p, fd, &m);
		if (rc < 0)
			return rc;
		sent += (size_t)rc;
	}
	return 0;
}

// All of len, until the moment.
static int receive_exactly(struct probe *p, int fd, uint8_t *out, size_t len, uint64_t until_ms)
{
	for (size_t have = 0; have < len;) {
		ssize_t n = recv(fd, out + have, len - have, 0);
		if (n == 0)
			return -ECONNRESET;
		if (n > 0)
			have += (size_t)n;
		if (n > 0 || errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return errno == EPIPE ? -ECONNRESET : -errno;
		uint64_t now = monotonic_ms();
		int rc = now < until_ms ? probe_wait(p, fd, POLLIN, (int)(until_ms - now)) : 0;
		if (rc <= 0)
			return rc == 0 ? -ETIMEDOUT : rc;
	}
	return 0;
}

int probe_receive(struct probe *p, int fd, uint8_t *buf, size_t cap, struct span *frame)
{
	uint8_t header[FRAME_HEADER_LEN];
	uint32_t len = 0;
	uint64_t until = monotonic_ms() + (uint64_t)p->options->timeout_ms;
	int rc = receive_exactly(p, fd, header, sizeof(header), until);
	if (rc < 0)
		return rc;
	if (frame_header_decode(span_make(header, sizeof(header)), &len) != VERDICT_OK)
		return -EPROTO;
	if (len > cap || len > PROBE_FRAME_MAX)
		return -EMSGSIZE;
	rc = receive_exactly(p, fd, buf, len, until);
	*frame = span_make(buf, rc == 0 ? len : 0);
	return rc;
}

// --- the account ------------------------------------------------------------------------------------

static bool has_account(const struct probe *p)
{
	return p->options->login.kerberos || p->options->login.user != NULL;
}

int probe_logon_begin(struct probe *p)
{
	if (!has_account(p) || logon_turn_is_refused(p->logons))
		return -EACCES;
	if (probe_is_over(p))
		return give_up(p);
	if (p->logged_on)
		return 0;
	uint64_t before = monotonic_ms();
	if (!logon_turn_take(p->logons))
		return -EACCES;
	p->deadline_ms += monotonic_ms() - before;
	p->has_turn = true;
	return 0;
}

void probe_logon_end(struct probe *p, int fault, struct nt_status status)
{
	if (fault == 0 && nt_status_equal(status, STATUS(SUCCESS)))
		p->logged_on = true;
	else if (fault == 0 && logon_status_counts(status))
		logon_turn_refuse(p->logons);
	if (p->has_turn)
		logon_turn_give(p->logons);
	p->has_turn = false;
}
