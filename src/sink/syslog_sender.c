// SPDX-License-Identifier: Apache-2.0
#include "sink/syslog_sender.h"

#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "event/event_schema.h"

enum { HEADER_MAX = 400, FACILITY = 13 /* log audit, RFC 5424 6.2.1 */ };

struct syslog_sender {
	int fd; // -1: not connected
	bool stream;
	struct sockaddr_storage to;
	socklen_t to_len;
	char *address;
	char host[256];
	time_t tried_at;
	uint64_t dropped;
	uint8_t message[HEADER_MAX + EVENT_JSON_MAX];
	char framed[32 + HEADER_MAX + EVENT_JSON_MAX];
};

// --- the address ------------------------------------------------------------------------------------

static bool complain(const char *address, const char *what)
{
	(void)fprintf(stderr, "signet: --syslog %s: %s\n", address, what);
	return false;
}

static bool set_unix(struct syslog_sender *s, const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	if (path[0] == '\0' || strlen(path) >= sizeof(un.sun_path))
		return complain(s->address, "the socket's path is missing, or too long");
	(void)snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	memcpy(&s->to, &un, sizeof(un));
	s->to_len = sizeof(un);
	return true;
}

// "HOST", "HOST:PORT", "[HOST]", "[HOST]:PORT", and an IPv6 address without a port.
static const char *split_port(char *host, char **name)
{
	char *close = host[0] == '[' ? strchr(host, ']') : NULL;
	char *colon = close != NULL ? (close[1] == ':' ? close + 1 : NULL) : strrchr(host, ':');
	*name = host;
	if (close != NULL) {
		*name = host + 1;
		*close = '\0';
	} else if (colon != NULL && strchr(host, ':') != colon) {
		return NULL;
	}
	if (colon == NULL)
		return NULL;
	*colon = '\0';
	return colon + 1;
}

static bool set_host(struct syslog_sender *s, const char *text)
{
	char host[300], standard[8], *name;
	struct addrinfo *found = NULL;
	const struct addrinfo hints = { .ai_socktype = s->stream ? SOCK_STREAM : SOCK_DGRAM };
	(void)snprintf(host, sizeof(host), "%s", text);
	(void)snprintf(standard, sizeof(standard), "%d", s->stream ? SYSLOG_TCP_PORT : SYSLOG_PORT);
	const char *port = split_port(host, &name);
	int rc = getaddrinfo(name, port == NULL ? standard : port, &hints, &found);
	if (rc != 0)
		return complain(s->address, gai_strerror(rc));
	memcpy(&s->to, found->ai_addr, found->ai_addrlen);
	s->to_len = found->ai_addrlen;
	freeaddrinfo(found);
	return true;
}

static bool set_address(struct syslog_sender *s)
{
	if (strncmp(s->address, "unix:", 5) == 0)
		return set_unix(s, s->address + 5);
	s->stream = strncmp(s->address, "tcp:", 4) == 0;
	if (s->stream || strncmp(s->address, "udp:", 4) == 0)
		return set_host(s, s->address + 4);
	return complain(s->address, "udp:HOST[:PORT], tcp:HOST[:PORT] or unix:PATH is wanted");
}

// --- sending ----------------------------------------------------------------------------------------

static bool connect_now(struct syslog_sender *s)
{
	const struct timeval patience = { .tv_sec = SYSLOG_SEND_SECONDS };
	s->tried_at = time(NULL);
	s->fd = socket(s->to.ss_family, (s->stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return false;
	(void)setsockopt(s->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(s->fd, (const struct sockaddr *)&s->to, s->to_len) == 0)
		return true;
	int err = errno;
	(void)close(s->fd);
	s->fd = -1;
	errno = err;
	return false;
}

static void disconnect(struct syslog_sender *s)
{
	if (s->fd >= 0)
		(void)close(s->fd);
	s->fd = -1;
}

// Half a message in a stream spoils those after it: then the connection is begun anew.
static bool send_all(struct syslog_sender *s, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t sent = send(s->fd, bytes, len, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0) {
			// A datagram that met nobody, or was too long, spoils nothing.
			if (s->stream || s->to.ss_family == AF_UNIX)
				disconnect(s);
			return false;
		}
		bytes += sent;
		len -= (size_t)sent;
	}
	return true;
}

static bool deliver(struct syslog_sender *s, size_t len)
{
	int head = s->stream ? snprintf(s->framed, sizeof(s->framed), "%zu ", len) : 0;
	if (s->fd < 0 && (time(NULL) < s->tried_at + SYSLOG_RETRY_SECONDS || !connect_now(s)))
		return false;
	memcpy(s->framed + head, s->message, len);
	return send_all(s, s->framed, (size_t)head + len);
}

static int severity_of(const struct event *e)
{
	switch (event_severity_of(e)) {
	case EVENT_ALERT:
		return 1;
	case EVENT_WARNING:
		return 4;
	case EVENT_NOTICE:
		return 5;
	default:
		return 6;
	}
}

// HEADER SP STRUCTURED-DATA (RFC 5424 6)
static int put_header(struct syslog_sender *s, const struct event *e)
{
	char time[32] = "-";
	time_t seconds = (time_t)(e->time_us / 1000000);
	struct tm tm;
	if (gmtime_r(&seconds, &tm) != NULL)
		(void)strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%S", &tm);
	return snprintf((char *)s->message, HEADER_MAX, "<%d>1 %s.%06uZ %s signet %d %.32s - ",
		FACILITY * 8 + severity_of(e), time, (unsigned int)(e->time_us % 1000000), s->host,
		(int)getpid(), e->alert != NULL ? e->alert->detection : event_kind_name(e->kind));
}

static bool is_wanted(const struct event *e)
{
	return e->kind == EVENT_FINDING ||
	       (e->kind == EVENT_CAPTURE && e->reason != NULL && strcmp(e->reason, "end") != 0);
}

static void syslog_event(void *state, const struct event *e)
{
	struct syslog_sender *s = state;
	if (!is_wanted(e))
		return;
	size_t head = (size_t)put_header(s, e);
	struct writer w = writer_make(s->message + head, EVENT_JSON_MAX);
	if (!event_write_json(e, &w) || !deliver(s, head + w.pos - 1)) // without the newline
		s->dropped++;
}

static bool syslog_close(void *state)
{
	struct syslog_sender *s = state;
	if (s->dropped > 0)
		(void)fprintf(stderr, "signet: --syslog %s: %" PRIu64 " messages could not be sent\n",
			s->address, s->dropped);
	bool ok = s->dropped == 0;
	disconnect(s);
	free(s->address);
	free(s);
	return ok;
}

bool syslog_sender_open(const char *address, struct outlet *out)
{
	struct syslog_sender *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return false;
	s->fd = -1;
	s->address = strdup(address);
	if (gethostname(s->host, sizeof(s->host) - 1) != 0 || s->host[0] == '\0')
		(void)snprintf(s->host, sizeof(s->host), "-");
	bool ok = s->address != NULL && set_address(s);
	if (ok && !connect_now(s))
		ok = complain(address, strerror(errno));
	if (!ok) {
		disconnect(s);
		free(s->address);
		free(s);
		return false;
	}
	*out = (struct outlet){ syslog_event, NULL, syslog_close, s, EVENT_DEFAULT_SEVERITY };
	return true;
}
