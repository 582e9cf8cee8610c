// SPDX-License-Identifier: Apache-2.0
#include "capture/capture_source.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/link.h"
#include "capture/pcap_records.h"

enum {
	SNAP_LEN = 262144,
	LIVE_WAIT_MS = 100,
	STREAM_BUFFER_LEN = 128 << 10, // stays in a core's cache
};

struct capture_source {
	pcap_t *pcap;
	FILE *stream;                 // NULL: live
	char *buffer;                 // the stream's
	struct pcap_records *records; // NULL: libpcap reads them
	char *name;
	int link_type;
	uint64_t count;
	uint64_t size;
	char error[CAPTURE_ERROR_LEN];
};

// What the sensor understands, by its ports; within tunnels nothing can be told from outside.
static const char default_filter[] =
	"tcp port 445 or tcp port 139 or port 88 or vlan or ip proto 47 or ip proto 4 or ip proto 41 or "
	"udp port 4789 or udp port 8472 or ip[6:2] & 0x1fff != 0 or ip6 proto 44";

static struct capture_source *source_new(const char *name)
{
	struct capture_source *s = calloc(1, sizeof(*s));
	if (s != NULL)
		s->name = strdup(name);
	if (s == NULL || s->name == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

static struct capture_source *fail(struct capture_source *s, char *error, const char *what, const char *why)
{
	(void)snprintf(error, CAPTURE_ERROR_LEN, "%s: %s", what, why);
	capture_source_close(s);
	return NULL;
}

static struct capture_source *check_link_type(struct capture_source *s, char *error)
{
	char why[128];
	s->link_type = pcap_datalink(s->pcap);
	if (link_type_is_known(s->link_type))
		return s;
	const char *name = pcap_datalink_val_to_name(s->link_type);
	(void)snprintf(why, sizeof(why), "its link type %d (%s) is not one that carries IP here",
		s->link_type, name == NULL ? "unknown" : name);
	return fail(s, error, s->name, why);
}

struct capture_source *capture_file_open(const char *path, char error[CAPTURE_ERROR_LEN])
{
	char why[PCAP_ERRBUF_SIZE];
	bool is_stdin = strcmp(path, "-") == 0;
	struct capture_source *s = source_new(is_stdin ? "standard input" : path);
	if (s == NULL)
		return fail(NULL, error, path, "out of memory");
	s->stream = is_stdin ? fdopen(dup(STDIN_FILENO), "rb") : fopen(path, "rbe");
	if (s->stream == NULL)
		return fail(s, error, path, strerror(errno));
	struct stat st;
	if (fstat(fileno(s->stream), &st) == 0 && S_ISREG(st.st_mode))
		s->size = (uint64_t)st.st_size;
	s->buffer = malloc(STREAM_BUFFER_LEN); // glibc takes a length only with its buffer
	if (s->buffer != NULL)
		(void)setvbuf(s->stream, s->buffer, _IOFBF, STREAM_BUFFER_LEN);
	s->pcap = pcap_fopen_offline_with_tstamp_precision(s->stream, PCAP_TSTAMP_PRECISION_MICRO, why);
	if (s->pcap == NULL)
		return fail(s, error, path, why);
	if (!is_stdin)
		s->records = pcap_records_new(fileno(s->stream), pcap_snapshot(s->pcap));
	return check_link_type(s, error);
}

static int activate(pcap_t *p, int buffer)
{
	(void)pcap_set_snaplen(p, SNAP_LEN);
	(void)pcap_set_promisc(p, 1);
	(void)pcap_set_timeout(p, LIVE_WAIT_MS);
	(void)pcap_set_buffer_size(p, buffer);
	return pcap_activate(p); // above 0: a warning
}

static bool set_filter(pcap_t *p, const char *filter)
{
	struct bpf_program program;
	if (pcap_compile(p, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0)
		return false;
	bool ok = pcap_setfilter(p, &program) == 0;
	pcap_freecode(&program);
	return ok;
}

struct capture_source *capture_live_open(
	const char *interface, const char *filter, int buffer, char error[CAPTURE_ERROR_LEN])
{
	char why[PCAP_ERRBUF_SIZE];
	struct capture_source *s = source_new(interface);
	if (s == NULL)
		return fail(NULL, error, interface, "out of memory");
	s->pcap = pcap_create(interface, why);
	if (s->pcap == NULL)
		return fail(s, error, interface, why);
	int rc = activate(s->pcap, buffer);
	if (rc == PCAP_ERROR_PERM_DENIED)
		return fail(s, error, interface, "capturing needs root or CAP_NET_RAW");
	if (rc < 0)
		return fail(s, error, interface, pcap_geterr(s->pcap));
	if (!set_filter(s->pcap, filter == NULL ? default_filter : filter))
		return fail(s, error, interface, pcap_geterr(s->pcap));
	// libpcap alone would wait without end on a quiet line, signals or not: wait_a_moment does it.
	if (pcap_setnonblock(s->pcap, 1, why) != 0)
		return fail(s, error, interface, why);
	return check_link_type(s, error);
}

static void wait_a_moment(const struct capture_source *s)
{
	struct pollfd p = { .fd = pcap_get_selectable_fd(s->pcap), .events = POLLIN };
	(void)poll(&p, 1, LIVE_WAIT_MS);
}

void capture_source_close(struct capture_source *s)
{
	if (s == NULL)
		return;
	if (s->pcap != NULL)
		pcap_close(s->pcap); // closes the stream too
	else if (s->stream != NULL)
		(void)fclose(s->stream);
	pcap_records_free(s->records);
	free(s->buffer);
	free(s->name);
	free(s);
}

static enum capture_next next_of_pcap(
	struct capture_source *s, struct packet *p, char why[PCAP_RECORDS_ERROR_LEN])
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int rc = pcap_next_ex(s->pcap, &header, &bytes);
	if (rc == 0) {
		wait_a_moment(s);
		return CAPTURE_NOTHING;
	}
	if (rc == PCAP_ERROR_BREAK)
		return CAPTURE_END;
	if (rc != 1) {
		(void)snprintf(why, PCAP_RECORDS_ERROR_LEN, "%s", pcap_geterr(s->pcap));
		return CAPTURE_DAMAGED;
	}
	p->time_us = (uint64_t)header->ts.tv_sec * 1000000 + (uint64_t)header->ts.tv_usec;
	p->wire_len = header->len;
	p->bytes = span_make(bytes, header->caplen);
	return CAPTURE_PACKET;
}

enum capture_next capture_source_next(struct capture_source *s, struct packet *p)
{
	char why[PCAP_RECORDS_ERROR_LEN];
	enum capture_next next =
		s->records != NULL ? pcap_records_next(s->records, p, why) : next_of_pcap(s, p, why);
	if (next == CAPTURE_PACKET) {
		p->number = ++s->count;
		p->link_type = s->link_type;
	} else if (next == CAPTURE_DAMAGED) {
		(void)snprintf(s->error, sizeof(s->error), "%s: after packet %llu: %s", s->name,
			(unsigned long long)s->count, why);
	}
	return next;
}

const char *capture_source_error(const struct capture_source *s)
{
	return s->error;
}

const char *capture_source_name(const struct capture_source *s)
{
	return s->name;
}

void capture_source_position(const struct capture_source *s, uint64_t *done, uint64_t *size)
{
	long at = s->stream == NULL ? 0 : ftell(s->stream);
	*done = at < 0 ? 0 : (uint64_t)at;
	if (s->records != NULL)
		*done = pcap_records_position(s->records);
	*size = s->size;
}

uint64_t capture_source_lost(struct capture_source *s)
{
	struct pcap_stat st;
	if (s->stream != NULL || pcap_stats(s->pcap, &st) != 0)
		return 0;
	return (uint64_t)st.ps_drop + st.ps_ifdrop;
}
