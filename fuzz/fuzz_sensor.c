// SPDX-License-Identifier: Apache-2.0
// A capture (classic pcap, little endian) to the sensor, its events to the detectors: whatever the packets
// are, it ends, and each event is a line of JSON. Limits are small ones, so that they are reached.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/reader.h"
#include "detect/engine.h"
#include "sensor/sensor.h"
#include "sensor/unlock.h"

enum { LINK_TYPE_OFFSET = 20, PACKETS_MAX = 2000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzzed {
	struct detect_engine *engine;
	size_t events;
	size_t events_max;
};

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check(const struct event *e)
{
	static char text[EVENT_JSON_MAX];
	json_error_t error;
	struct writer w = writer_make(text, sizeof(text));
	require(event_write_json(e, &w));
	require(w.pos > 0 && text[w.pos - 1] == '\n' && memchr(text, '\n', w.pos - 1) == NULL);
	// Message ids may be any 64 bits, which jansson's own integers do not hold.
	json_t *line = json_loadb(
		text, w.pos - 1, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
	require(line != NULL && json_is_object(line));
	json_decref(line);
}

static void on_event(void *context, const struct event *e)
{
	struct fuzzed *f = context;
	require(++f->events <= f->events_max);
	check(e);
	detect_engine_event(f->engine, e);
}

static void on_alert(void *context, const struct event *e)
{
	(void)context;
	check(e);
}

// Of accounts in the corpus, so that what keys open is reached.
static struct unlock_keys *load_keys(void)
{
	static const char accounts[] = "alice:68ee372d76fcef069af4bfffda823e48\n"
				       "bob:65ef25b7f7f576ee2414041c6ad8ba98\n"
				       "carol:cb68bf7442ec44d2cace313b977d8a07\n";
	char path[64], error[UNLOCK_ERROR_LEN];
	int fd = memfd_create("accounts", MFD_CLOEXEC);
	require(fd >= 0 && write(fd, accounts, sizeof(accounts) - 1) == (ssize_t)sizeof(accounts) - 1);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	struct unlock_keys *k = unlock_keys_load(NULL, path, error);
	require(k != NULL);
	(void)close(fd);
	return k;
}

// In an allocation of exactly its size, so that a sanitizer sees a read beyond its end.
static void give(struct sensor *s, struct packet *p)
{
	uint8_t *copy = malloc(p->bytes.len == 0 ? 1 : p->bytes.len);
	require(copy != NULL);
	if (p->bytes.len > 0)
		memcpy(copy, p->bytes.data, p->bytes.len);
	p->bytes = span_make(copy, p->bytes.len);
	sensor_packet(s, p);
	free(copy);
}

static void give_all(struct sensor *s, struct span file)
{
	struct reader r = reader_make(file);
	reader_seek(&r, LINK_TYPE_OFFSET);
	int link_type = (int)(reader_u32(&r) & 0xffff);
	for (uint64_t number = 1; number <= PACKETS_MAX && reader_ok(&r) && reader_left(&r) > 0; number++) {
		uint64_t seconds = reader_u32(&r), us = reader_u32(&r);
		size_t len = reader_u32(&r), wire_len = reader_u32(&r);
		struct packet p = {
			.number = number,
			.time_us = seconds * 1000000 + us,
			.wire_len = wire_len,
			.link_type = link_type,
			.bytes = reader_bytes(&r, len < reader_left(&r) ? len : reader_left(&r)),
		};
		if (reader_ok(&r))
			give(s, &p);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct detect_settings settings;
	struct unlock_keys *keys = load_keys();
	struct fuzzed f = { .events_max = size + 16 };
	const struct sensor_config config = {
		.emit = on_event,
		.context = &f,
		.keys = keys,
		.limits = {
			.flows = { .flows_max = 8, .ahead_len_max = 1 << 16, .idle_us = 3600ull * 1000000 },
			.sessions_per_connection_max = 4,
			.opens_per_connection_max = 8,
			.requests_per_connection_max = 16,
			.message_len_max = 1 << 16,
		},
	};
	detect_settings_init(&settings);
	settings.table_entries_max = 16;
	f.engine = detect_engine_new(&settings, on_alert, &f);
	struct sensor *s = sensor_new(&config);
	require(f.engine != NULL && s != NULL);
	give_all(s, span_make(data, size));
	sensor_finish(s);
	detect_engine_finish(f.engine);
	sensor_free(s);
	detect_engine_free(f.engine);
	detect_settings_done(&settings);
	unlock_keys_free(keys);
	return 0;
}
