// SPDX-License-Identifier: Apache-2.0
// NTLMv1 sessions between smbclient and Samba, and the accounts' NT hashes (MS-NLMP 3.3.1, 3.4.5.1).
#include "../test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "watch_fixture.h"

#define SCENARIO(name) PROJECT_DIR "/tests/scenarios/" name

struct session {
	const char *path;
	uint64_t verified; // signatures
	bool sealed;
};

static const struct session sessions[] = {
	{ SCENARIO("ntlmv1_session_security.pcap"), 1, true },
	{ SCENARIO("ntlmv1_session_security_no_key_exchange.pcap"), 1, true },
	{ SCENARIO("ntlmv1_no_key_exchange.pcap"), 1, true },
	{ SCENARIO("ntlmv1_signed_2.0.2.pcap"), 47, false },
};

static void watch(
	const char *path, const char *nt_hashes, const struct packet_change *change, struct watched *w)
{
	struct unlock_keys *k = watch_keys(NULL, nt_hashes);
	watch_capture(path, k, change, w);
	unlock_keys_free(k);
}

static void nt_hashes_are_enough(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sessions); i++) {
		struct watched w;
		watch(sessions[i].path, SCENARIO("lab.nt-hashes"), NULL, &w);
		const struct watched_event *s = watched_nth(&w, EVENT_SESSION, 0);
		assert_int_equal(s->verified, sessions[i].verified);
		assert_int_equal(s->wrong, 0);
		assert_int_equal(s->decrypted, sessions[i].sealed);
		assert_int_equal(watched_count(&w, EVENT_ANOMALY, NULL), 0);
		assert_true(watched_has_file(&w, "read", "hello1.txt"));
		assert_true(watched_has_file(&w, "rename", "up.txt"));
		assert_true(watched_has_file(&w, "delete", "up2.txt"));
		watched_done(&w);
	}
}

// Neither seals are opened nor signatures called wrong.
static void another_password_proves_nothing(void **state)
{
	(void)state;
	char path[] = "/tmp/signet-test-keys-XXXXXX";
	static const char hashes[] = "alice:31d6cfe0d16ae931b73c59d7e0c089c0\n";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, hashes, sizeof(hashes) - 1), sizeof(hashes) - 1);
	(void)close(fd);
	for (size_t i = 0; i < ARRAY_LEN(sessions); i++) {
		struct watched w;
		watch(sessions[i].path, path, NULL, &w);
		assert_false(watched_nth(&w, EVENT_SESSION, 0)->decrypted);
		assert_int_equal(watched_nth(&w, EVENT_SESSION, 0)->verified, 0);
		assert_int_equal(watched_count(&w, EVENT_ANOMALY, NULL), 0);
		watched_done(&w);
	}
	(void)unlink(path);
}

// The last byte of a signed message.
static void a_flipped_bit_is_told_of(void **state)
{
	(void)state;
	struct watched w;
	const struct packet_change change = { .number = 20, .from_end = 0, .flip = 1 };
	watch(SCENARIO("ntlmv1_signed_2.0.2.pcap"), SCENARIO("lab.nt-hashes"), &change, &w);
	assert_int_equal(watched_count(&w, EVENT_ANOMALY, "signature_wrong"), 1);
	assert_int_equal(watched_nth(&w, EVENT_ANOMALY, 0)->packet, 20);
	assert_int_equal(watched_nth(&w, EVENT_SESSION, 0)->wrong, 1);
	watched_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nt_hashes_are_enough),
		cmocka_unit_test(another_password_proves_nothing),
		cmocka_unit_test(a_flipped_bit_is_told_of),
	};
	return RUN_TESTS(tests);
}
