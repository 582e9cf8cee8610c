// SPDX-License-Identifier: Apache-2.0
// Captures of real clients and servers (Samba, impacket; tests/scenarios), and the keys to them.
#include "../test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../crypto/hex.h"
#include "watch_fixture.h"

#define SCENARIO(name) PROJECT_DIR "/tests/scenarios/" name
#define LAB_HASHES SCENARIO("lab.nt-hashes")

static void watch_with_hashes(const char *path, const struct packet_change *change, struct watched *out)
{
	struct unlock_keys *k = watch_keys(NULL, LAB_HASHES);
	watch_capture(path, k, change, out);
	unlock_keys_free(k);
}

static void watch_with_session_key(const char *path, uint64_t session_id, const char *key,
	const struct packet_change *change, struct watched *out)
{
	struct unlock_keys *k = watch_keys(NULL, NULL);
	struct bytes bytes = hex(key);
	assert_true(unlock_keys_add_session(k, session_id, bytes_span(&bytes)));
	watch_capture(path, k, change, out);
	unlock_keys_free(k);
}

static void assert_nothing_wrong(const struct watched *w)
{
	assert_int_equal(watched_count(w, EVENT_ANOMALY, NULL), 0);
	for (size_t i = 0; i < w->count; i++)
		assert_int_equal(w->events[i].wrong, 0);
}

static void assert_opened(const struct watched *w, size_t sealed_min)
{
	const struct watched_event *s = watched_nth(w, EVENT_SESSION, 0);
	assert_true(s->decrypted);
	assert_true(s->sealed_messages >= sealed_min);
	assert_int_equal(s->verified, 1); // the answer to SESSION_SETUP
	assert_nothing_wrong(w);
}

// --- seals ------------------------------------------------------------------------------------------

static void nothing_is_seen_without_a_key(void **state)
{
	(void)state;
	struct watched w;
	watch_capture(SCENARIO("C03_encrypted_ntlm.pcap"), NULL, NULL, &w);
	assert_int_equal(watched_count(&w, EVENT_FILE, NULL), 0);
	assert_int_equal(watched_nth(&w, EVENT_AUTH, 0)->mic, EVENT_MIC_PRESENT);
	assert_false(watched_nth(&w, EVENT_SESSION, 0)->decrypted);
	assert_true(watched_nth(&w, EVENT_SESSION, 0)->sealed_messages > 30);
	assert_nothing_wrong(&w);
	watched_done(&w);
}

static void nt_hashes_open_seals(void **state)
{
	(void)state;
	struct watched w;
	watch_with_hashes(SCENARIO("C03_encrypted_ntlm.pcap"), NULL, &w); // AES-128-GCM
	assert_opened(&w, 38);
	assert_int_equal(watched_nth(&w, EVENT_AUTH, 0)->mic, EVENT_MIC_VERIFIED);
	assert_true(watched_count(&w, EVENT_FILE, "read") > 0);
	assert_true(watched_count(&w, EVENT_FILE, "write") > 0);
	watched_done(&w);
	watch_with_hashes(SCENARIO("C04_ciphers.pcap"), NULL, &w); // AES-256-GCM, AES-128-CCM
	assert_opened(&w, 33);
	assert_true(watched_nth(&w, EVENT_SESSION, 1)->decrypted);
	assert_int_equal(watched_nth(&w, EVENT_SESSION, 1)->sealed_messages, 24);
	assert_int_equal(watched_count(&w, EVENT_FILE, "open"), 5);
	watched_done(&w);
}

static void session_keys_open_seals(void **state)
{
	(void)state;
	struct watched w;
	watch_with_session_key(
		SCENARIO("enc_aes-256-ccm.pcap"), 0xe1e07d08, "5b2c71f089169625c11097ac8f4c27e7", NULL, &w);
	assert_opened(&w, 44);
	assert_int_equal(watched_count(&w, EVENT_FILE, "rename"), 1);
	watched_done(&w);
}

static void a_changed_seal_is_told_of(void **state)
{
	(void)state;
	struct watched w;
	const struct packet_change change = { .number = 20, .from_end = 5, .flip = 1 };
	watch_with_session_key(SCENARIO("enc_aes-256-ccm.pcap"), 0xe1e07d08,
		"5b2c71f089169625c11097ac8f4c27e7", &change, &w);
	assert_int_equal(watched_count(&w, EVENT_ANOMALY, NULL), 1);
	assert_string_equal(watched_nth(&w, EVENT_ANOMALY, 0)->reason, "seal_wrong");
	assert_int_equal(watched_nth(&w, EVENT_ANOMALY, 0)->packet, 20);
	watched_done(&w);
}

static void keytabs_open_seals(void **state)
{
	(void)state;
	// The whole key of AES-256 tickets goes into AES-256-GCM's; AES-128 has its own.
	static const char *const names[] = { SCENARIO("kerberos_aes256gcm"), SCENARIO("kerberos_aes128gcm") };
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char capture[512], keytab[512];
		struct watched w;
		(void)snprintf(capture, sizeof(capture), "%s.pcap", names[i]);
		(void)snprintf(keytab, sizeof(keytab), "%s.keytab", names[i]);
		struct unlock_keys *k = watch_keys(keytab, NULL);
		watch_capture(capture, k, NULL, &w);
		assert_opened(&w, 30);
		assert_string_equal(watched_nth(&w, EVENT_AUTH, 0)->principal, "alice@TEST.LAB");
		assert_string_equal(watched_nth(&w, EVENT_AUTH, 0)->account, "alice");
		assert_string_equal(watched_nth(&w, EVENT_SESSION, 0)->account, "alice");
		assert_true(watched_has_file(&w, "write", "hello.txt"));
		assert_true(watched_has_file(&w, "rename", "hello.txt"));
		assert_true(watched_has_file(&w, "delete", "renamed.txt"));
		watched_done(&w);
		unlock_keys_free(k);
	}
}

static void another_services_keytab_opens_nothing(void **state)
{
	(void)state;
	struct watched w;
	struct unlock_keys *k = watch_keys(SCENARIO("kerberos_aes128gcm.keytab"), NULL);
	watch_capture(SCENARIO("kerberos_aes256gcm.pcap"), k, NULL, &w);
	assert_false(watched_nth(&w, EVENT_SESSION, 0)->decrypted);
	assert_string_equal(watched_nth(&w, EVENT_AUTH, 0)->principal, "");
	assert_nothing_wrong(&w);
	watched_done(&w);
	unlock_keys_free(k);
}

// --- signatures -------------------------------------------------------------------------------------

// 2.0.2 and 3.0.
static void signatures_of_old_dialects_verify(void **state)
{
	(void)state;
	struct watched w;
	watch_with_hashes(SCENARIO("A03_relay_signing_mandatory_smb2.pcap"), NULL, &w);
	assert_int_equal(watched_nth(&w, EVENT_SESSION, 1)->verified, 3);
	assert_nothing_wrong(&w);
	watched_done(&w);
	watch_with_hashes(SCENARIO("A10_unsigned_smb300.pcap"), NULL, &w);
	assert_int_equal(watched_nth(&w, EVENT_SESSION, 0)->verified, 9);
	assert_nothing_wrong(&w);
	watched_done(&w);
}

struct signed_capture {
	const char *path;
	uint64_t session_id;
	const char *session_key;
};

// 38 messages and the answer to SESSION_SETUP.
enum { SIGNED_MESSAGES = 39 };
static const struct signed_capture signed_captures[] = {
	{ SCENARIO("sign_aes-128-gmac.pcap"), 0xa5692e05, "7e17bcfcd1b6eeb5fba58426869bb5ca" },
	{ SCENARIO("sign_hmac-sha256.pcap"), 0x2c1cfb9b, "b31487a9cf4d10ab77519857a0132c40" },
};

static void watch_signed(
	const struct signed_capture *c, const struct packet_change *change, struct watched *w)
{
	watch_with_session_key(c->path, c->session_id, c->session_key, change, w);
}

static void every_signature_verifies(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(signed_captures); i++) {
		struct watched w;
		watch_signed(&signed_captures[i], NULL, &w);
		assert_int_equal(watched_nth(&w, EVENT_SESSION, 0)->verified, SIGNED_MESSAGES);
		assert_nothing_wrong(&w);
		watched_done(&w);
	}
}

// In either direction.
static void a_flipped_bit_is_told_of(void **state)
{
	(void)state;
	const struct {
		struct packet_change change;
		const char *command;
	} cases[] = {
		{ { .number = 36, .from_end = 100, .flip = 1 }, "write" },
		{ { .number = 45, .from_end = 0, .flip = 0x80 }, "read" },
	};
	for (size_t i = 0; i < ARRAY_LEN(signed_captures) * ARRAY_LEN(cases); i++) {
		struct watched w;
		const struct packet_change *change = &cases[i % 2].change;
		watch_signed(&signed_captures[i / 2], change, &w);
		const struct watched_event *told = watched_nth(&w, EVENT_ANOMALY, 0);
		assert_int_equal(watched_count(&w, EVENT_ANOMALY, NULL), 1);
		assert_string_equal(told->reason, "signature_wrong");
		assert_string_equal(told->command, cases[i % 2].command);
		assert_int_equal(told->packet, change->number);
		assert_int_equal(watched_nth(&w, EVENT_SESSION, 0)->wrong, 1);
		assert_int_equal(watched_nth(&w, EVENT_SESSION, 0)->verified, SIGNED_MESSAGES - 1);
		watched_done(&w);
	}
}

// Of the two legs of a tampered session, the one behind the tamperer has a CREATE that nobody signed so.
static void tampering_breaks_a_signature(void **state)
{
	(void)state;
	struct watched w;
	watch_with_hashes(SCENARIO("A21_tamper_c2s_signed.pcap"), NULL, &w);
	assert_int_equal(watched_count(&w, EVENT_ANOMALY, "signature_wrong"), 1);
	assert_int_equal(
		watched_nth(&w, EVENT_SESSION, 0)->wrong + watched_nth(&w, EVENT_SESSION, 1)->wrong, 1);
	watched_done(&w);
}

// A negotiation that was changed has two hashes: the server's signature does not fit what the client saw.
static void a_changed_negotiation_breaks_the_last_answer(void **state)
{
	(void)state;
	struct watched w;
	watch_with_hashes(SCENARIO("A23_negotiate_tamper_311.pcap"), NULL, &w);
	assert_int_equal(watched_count(&w, EVENT_ANOMALY, "signature_wrong"), 5);
	assert_string_equal(watched_nth(&w, EVENT_ANOMALY, 0)->command, "session_setup");
	watched_done(&w);
	watch_capture(SCENARIO("A23_negotiate_tamper_311.pcap"), NULL, NULL, &w);
	assert_int_equal(watched_count(&w, EVENT_ANOMALY, "signature_wrong"), 0);
	watched_done(&w);
}

// --- the MIC ----------------------------------------------------------------------------------------

// One letter of the workstation, which nothing but the MIC covers. Servers refuse that: so is it here, by a
// status.
static void a_wrong_mic_is_told_of(void **state)
{
	(void)state;
	struct watched w;
	const struct packet_change refusal = { .number = 11, .from_end = 89, .flip = 0xc0 };
	const struct packet_change letter = { .number = 10, .from_end = 41, .flip = 0x20 };
	const struct packet_change both = { .number = 10, .from_end = 41, .flip = 0x20, .next = &refusal };
	const struct {
		const struct packet_change *change;
		enum event_mic mic;
		int opened;
	} cases[] = {
		{ NULL, EVENT_MIC_VERIFIED, 1 },
		{ &letter, EVENT_MIC_WRONG, 0 }, // the exchange is hashed into the keys, too
		{ &refusal, EVENT_MIC_VERIFIED, 0 },
		{ &both, EVENT_MIC_WRONG, 0 },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		watch_with_hashes(SCENARIO("C03_encrypted_ntlm.pcap"), cases[i].change, &w);
		assert_int_equal(watched_nth(&w, EVENT_AUTH, 0)->mic, cases[i].mic);
		assert_int_equal(watched_count(&w, EVENT_SESSION, NULL) > 0 &&
					 watched_nth(&w, EVENT_SESSION, 0)->decrypted,
			cases[i].opened);
		watched_done(&w);
	}
}

// --- captures that are not part of this repository ---------------------------------------------------

struct peer_capture {
	const char *path;
	uint64_t session_id;
	const char *session_key;
};

static void opens_what_others_recorded(void **state)
{
	(void)state;
	static const struct peer_capture captures[] = {
		{ "peers/wireshark/test/captures/smb300-aes-128-ccm.pcap.gz", 0x3c009c000019,
			"9a9ea16a0cdbeb6064772318073f172f" },
		{ "peers/wireshark/test/captures/smb311-aes-128-ccm.pcap.gz", 0x3c009c000029,
			"f1fa528d3cd182cca67bd4596dabd885" },
		{ "peers/wireshark/test/captures/smb311-aes-128-gcm.pcap.gz", 0x400000000039,
			"e79161ded03bda1449b2c8e58f753953" },
		{ "peers/wireshark/test/captures/smb311-aes-256-ccm.pcap.gz", 0x6db9fdd6,
			"6b559c2e60519e344581d086a6d3d050" },
		{ "peers/wireshark/test/captures/smb311-aes-256-gcm.pcap.gz", 0xab03dc56,
			"6a5004adfbdef1abd5879800675324e5" },
	};
	for (size_t i = 0; i < ARRAY_LEN(captures); i++) {
		struct watched w;
		const char *path = corpus_file(captures[i].path);
		if (path == NULL)
			skip();
		watch_with_session_key(path, captures[i].session_id, captures[i].session_key, NULL, &w);
		assert_opened(&w, 2);
		assert_string_equal(watched_nth(&w, EVENT_TREE_CONNECT, 0)->share, "IPC$");
		watched_done(&w);
	}
}

// Connections that are bound to a session sign with a key of their own.
static void channels_have_their_own_keys(void **state)
{
	(void)state;
	struct watched w;
	uint64_t verified = 0;
	watch_with_hashes(SCENARIO("B03_multichannel.pcap"), NULL, &w);
	for (size_t i = 0; i < w.count; i++) {
		assert_int_equal(w.events[i].wrong, 0);
		verified += w.events[i].verified;
	}
	assert_true(verified > 200);
	assert_int_equal(watched_count(&w, EVENT_ANOMALY, "signature_wrong"), 0);
	watched_done(&w);
}

static void decompresses_what_others_recorded(void **state)
{
	(void)state;
	static const char *const captures[] = {
		"peers/wireshark/test/captures/smb311-lz77-lz77huff-lznt1.pcap.gz",
		"peers/wireshark/test/captures/smb311-chained-patternv1-lznt1.pcapng.gz",
	};
	for (size_t i = 0; i < ARRAY_LEN(captures); i++) {
		struct watched w;
		const char *path = corpus_file(captures[i]);
		if (path == NULL)
			skip();
		watch_capture(path, NULL, NULL, &w);
		assert_true(watched_count(&w, EVENT_SESSION, NULL) > 0); // which only a message inside shows
		assert_int_equal(watched_count(&w, EVENT_ANOMALY, NULL), 0);
		watched_done(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_seen_without_a_key),
		cmocka_unit_test(nt_hashes_open_seals),
		cmocka_unit_test(session_keys_open_seals),
		cmocka_unit_test(a_changed_seal_is_told_of),
		cmocka_unit_test(keytabs_open_seals),
		cmocka_unit_test(another_services_keytab_opens_nothing),
		cmocka_unit_test(signatures_of_old_dialects_verify),
		cmocka_unit_test(every_signature_verifies),
		cmocka_unit_test(a_flipped_bit_is_told_of),
		cmocka_unit_test(tampering_breaks_a_signature),
		cmocka_unit_test(a_changed_negotiation_breaks_the_last_answer),
		cmocka_unit_test(a_wrong_mic_is_told_of),
		cmocka_unit_test(opens_what_others_recorded),
		cmocka_unit_test(channels_have_their_own_keys),
		cmocka_unit_test(decompresses_what_others_recorded),
	};
	return RUN_TESTS(tests);
}
