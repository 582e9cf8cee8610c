// SPDX-License-Identifier: Apache-2.0
// Negotiate contexts and create contexts: what real ones hold, round trips, and chains gone wrong.
#include "../../test_support.h"

#include "captured_messages.h"
#include "hex.h"
#include "wire/smb2/smb2_command.h"
#include "wire/smb2/smb2_create_contexts.h"
#include "wire/smb2/smb2_negotiate_contexts.h"

static void the_offer_of_a_real_client(void **state UNUSED)
{
	size_t len;
	uint8_t *bytes = hex_bytes(negotiate_311, &len);
	struct smb2_negotiate_request rq;
	struct smb2_negotiate_contexts c;
	assert_int_equal(smb2_negotiate_request_decode(span_make(bytes, len), &rq), VERDICT_OK);
	assert_int_equal(
		smb2_negotiate_contexts_decode(rq.negotiate_contexts, rq.negotiate_context_count, &c),
		VERDICT_OK);
	assert_int_equal(c.preauth_seen, 1);
	assert_int_equal(c.preauth_hashes.count, 1);
	assert_int_equal(c.preauth_hashes.ids[0], SMB2_HASH_SHA_512);
	assert_int_equal(c.preauth_salt.len, 32);
	assert_int_equal(c.encryption_seen, 1);
	assert_int_equal(c.ciphers.count, 4);
	assert_int_equal(c.ciphers.ids[0], SMB2_CIPHER_AES_128_GCM);
	assert_int_equal(c.signing_algorithms.count, 3);
	assert_int_equal(c.signing_algorithms.ids[0], SMB2_SIGNING_AES_GMAC);
	assert_memory_equal(c.netname.data, "1\0000\000.\000", 6);
	assert_int_equal(c.unknown_seen, 0);

	uint8_t buf[256];
	struct writer w = writer_make(buf, sizeof(buf));
	assert_int_equal(smb2_negotiate_contexts_encode(&w, &c), rq.negotiate_context_count);
	free(bytes);
}

static void the_answer_of_a_real_server(void **state UNUSED)
{
	size_t len;
	uint8_t *bytes = hex_bytes(negotiate_response_311, &len);
	struct smb2_negotiate_response rs;
	struct smb2_negotiate_contexts c;
	assert_int_equal(smb2_negotiate_response_decode(span_make(bytes, len), &rs), VERDICT_OK);
	assert_int_equal(rs.dialect_revision, SMB2_DIALECT_311);
	assert_int_equal(
		smb2_negotiate_contexts_decode(rs.negotiate_contexts, rs.negotiate_context_count, &c),
		VERDICT_OK);
	assert_int_equal(c.preauth_hashes.ids[0], SMB2_HASH_SHA_512);
	uint8_t buf[256];
	struct writer w = writer_make(buf, sizeof(buf));
	assert_int_equal(smb2_negotiate_contexts_encode(&w, &c), rs.negotiate_context_count);
	assert_true(span_equal(writer_since(&w, 0), rs.negotiate_contexts));
	free(bytes);
}

static struct smb2_negotiate_contexts all_contexts(void)
{
	static const uint8_t posix[16] = { 0x93, 0xAD, 0x25, 0x50 };
	struct smb2_negotiate_contexts c = { .preauth_seen = 1,
		.encryption_seen = 1,
		.compression_seen = 1,
		.netname_seen = 1,
		.transport_seen = 1,
		.rdma_transform_seen = 1,
		.signing_seen = 1,
		.posix_seen = 1,
		.preauth_salt = span_of_str("salt"),
		.compression_flags = 1,
		.netname = span_make("n\0", 2),
		.transport_flags = 1,
		.posix_version = span_make(posix, sizeof(posix)) };
	smb2_negotiate_ids_add(&c.preauth_hashes, SMB2_HASH_SHA_512);
	smb2_negotiate_ids_add(&c.ciphers, SMB2_CIPHER_AES_256_GCM);
	smb2_negotiate_ids_add(&c.ciphers, SMB2_CIPHER_AES_128_CCM);
	smb2_negotiate_ids_add(&c.compression_algorithms, SMB2_COMPRESSION_LZ77);
	smb2_negotiate_ids_add(&c.rdma_transforms, 1);
	smb2_negotiate_ids_add(&c.signing_algorithms, SMB2_SIGNING_AES_CMAC);
	return c;
}

static void all_negotiate_contexts_round_trip(void **state UNUSED)
{
	struct smb2_negotiate_contexts in = all_contexts();
	struct smb2_negotiate_contexts out;
	uint8_t buf[512];
	uint8_t again[512];
	struct writer w = writer_make(buf, sizeof(buf));
	struct writer w2 = writer_make(again, sizeof(again));
	uint16_t count = smb2_negotiate_contexts_encode(&w, &in);
	assert_int_equal(count, 8);
	assert_int_equal(smb2_negotiate_contexts_decode(writer_since(&w, 0), count, &out), VERDICT_OK);
	assert_true(smb2_negotiate_ids_contain(&out.ciphers, SMB2_CIPHER_AES_128_CCM));
	assert_false(smb2_negotiate_ids_contain(&out.ciphers, SMB2_CIPHER_AES_128_GCM));
	assert_int_equal(smb2_negotiate_contexts_encode(&w2, &out), 8);
	assert_true(span_equal(writer_since(&w, 0), writer_since(&w2, 0)));
	for (size_t prefix = 0; prefix < w.pos; prefix++) {
		uint8_t *copy = exact_copy(buf, prefix);
		enum verdict v = smb2_negotiate_contexts_decode(span_make(copy, prefix), count, &out);
		if (prefix < w.pos - 16) // the last one, POSIX, may be shorter only in what it says
			assert_int_equal(v, VERDICT_TRUNCATED);
		free(copy);
	}
}

static void negotiate_contexts_that_are_refused(void **state UNUSED)
{
	struct smb2_negotiate_contexts out;
	const uint8_t no_ciphers[] = { 2, 0, 2, 0, 0, 0, 0, 0, 0, 0 };
	const uint8_t short_ciphers[] = { 2, 0, 4, 0, 0, 0, 0, 0, 2, 0, 1, 0 };
	const uint8_t many_ciphers[] = { 2, 0, 4, 0, 0, 0, 0, 0, 33, 0, 1, 0 };
	assert_int_equal(smb2_negotiate_contexts_decode(span_make(no_ciphers, sizeof(no_ciphers)), 1, &out),
		VERDICT_BAD_VALUE);
	assert_int_equal(
		smb2_negotiate_contexts_decode(span_make(short_ciphers, sizeof(short_ciphers)), 1, &out),
		VERDICT_TRUNCATED);
	assert_int_equal(
		smb2_negotiate_contexts_decode(span_make(many_ciphers, sizeof(many_ciphers)), 1, &out),
		VERDICT_TOO_LONG);
	assert_int_equal(smb2_negotiate_contexts_decode(
				 span_make(no_ciphers, 0), SMB2_NEGOTIATE_CONTEXTS_MAX + 1, &out),
		VERDICT_TOO_LONG);
}

static void repeated_and_unknown_types_are_counted(void **state UNUSED)
{
	struct smb2_negotiate_contexts out;
	const uint8_t list[] = {
		8, 0, 4, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0,    // signing: GMAC, padded
		0x77, 7, 1, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, // not known, padded
		8, 0, 4, 0, 0, 0, 0, 0, 1, 0, 1, 0,                // signing: CMAC
	};
	assert_int_equal(smb2_negotiate_contexts_decode(span_make(list, sizeof(list)), 3, &out), VERDICT_OK);
	assert_int_equal(out.signing_seen, 2);
	assert_int_equal(out.unknown_seen, 1);
	assert_int_equal(out.signing_algorithms.count, 1);
	assert_int_equal(out.signing_algorithms.ids[0], SMB2_SIGNING_AES_GMAC);
}

static void the_create_contexts_of_a_real_client(void **state UNUSED)
{
	size_t len;
	uint8_t *bytes = hex_bytes(create_with_contexts, &len);
	struct smb2_create_request rq;
	struct smb2_create_contexts c;
	assert_int_equal(smb2_create_request_decode(span_make(bytes, len), &rq), VERDICT_OK);
	assert_int_equal(smb2_create_contexts_find(rq.create_contexts, &c), VERDICT_OK);
	assert_int_equal(c.present, 1u << SMB2_CREATE_MXAC | 1u << SMB2_CREATE_ALSI | 1u << SMB2_CREATE_DHNQ |
					    1u << SMB2_CREATE_TWRP);
	assert_int_equal(c.duplicates, 0);
	uint64_t size = 0;
	uint64_t time = 0;
	assert_int_equal(smb2_allocation_size_decode(c.data[SMB2_CREATE_ALSI], &size), VERDICT_OK);
	assert_int_equal(size, 1 << 20);
	assert_int_equal(smb2_timewarp_decode(c.data[SMB2_CREATE_TWRP], &time), VERDICT_OK);
	assert_int_equal(time, 10000);

	// Built again it is the same chain.
	uint8_t buf[512];
	struct writer w = writer_make(buf, sizeof(buf));
	struct smb2_create_context_builder b = smb2_create_context_builder_make(&w);
	smb2_create_context_add(&b, SMB2_CREATE_MXAC, span_make(NULL, 0));
	smb2_create_context_add_u64(&b, SMB2_CREATE_ALSI, 1 << 20);
	smb2_create_context_add_durable_request(&b);
	smb2_create_context_add_u64(&b, SMB2_CREATE_TWRP, 10000);
	assert_int_equal(w.pos, rq.create_contexts.len);
	struct smb2_create_contexts built;
	assert_int_equal(smb2_create_contexts_find(writer_since(&w, 0), &built), VERDICT_OK);
	assert_int_equal(built.present, c.present);
	for (int kind = 0; kind < SMB2_CREATE_CONTEXT_KINDS; kind++)
		assert_true(span_equal(built.data[kind], c.data[kind]));
	free(bytes);
}

static const uint8_t some_guid[SMB2_GUID_LEN] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static size_t build_all_kinds(uint8_t *buf, size_t cap)
{
	struct writer w = writer_make(buf, cap);
	struct smb2_create_context_builder b = smb2_create_context_builder_make(&w);
	struct smb2_durable_v2_request v2 = { 1, 2, { 3 } };
	struct smb2_durable_v2_reconnect reconnect = { { 4, 5 }, { 6 }, 7 };
	struct smb2_lease lease = { .version = 2, .lease_key = { 8 }, .lease_state = 7, .epoch = 9 };
	struct smb2_app_instance_version version = { 10, 11 };
	struct smb2_on_disk_id on_disk = { 12, 13 };
	struct smb2_maximal_access_response access = { STATUS(SUCCESS), 0x1F01FF };
	smb2_create_context_add(&b, SMB2_CREATE_EXTA, span_of_str("ea"));
	smb2_create_context_add(&b, SMB2_CREATE_SECD, span_of_str("descriptor"));
	smb2_create_context_add_durable_request(&b);
	smb2_create_context_add_file_id(&b, (struct smb2_file_id){ 14, 15 });
	smb2_create_context_add_durable_v2_request(&b, &v2);
	smb2_create_context_add_durable_v2_reconnect(&b, &reconnect);
	smb2_create_context_add_u64(&b, SMB2_CREATE_ALSI, 16);
	smb2_create_context_add_maximal_access(&b, &access);
	smb2_create_context_add_u64(&b, SMB2_CREATE_TWRP, 17);
	smb2_create_context_add_on_disk_id(&b, &on_disk);
	smb2_create_context_add_lease(&b, &lease);
	smb2_create_context_add_app_instance_id(&b, some_guid);
	smb2_create_context_add_app_instance_version(&b, &version);
	smb2_create_context_add(&b, SMB2_CREATE_SVHDX, span_of_str("disk"));
	smb2_create_context_add(&b, SMB2_CREATE_AAPL, span_of_str("apple"));
	smb2_create_context_add(&b, SMB2_CREATE_POSIX, span_of_str("mode"));
	assert_true(writer_ok(&w));
	return w.pos;
}

static void all_create_contexts_round_trip(void **state UNUSED)
{
	uint8_t buf[1024];
	size_t len = build_all_kinds(buf, sizeof(buf));
	struct smb2_create_contexts c;
	assert_int_equal(smb2_create_contexts_find(span_make(buf, len), &c), VERDICT_OK);
	assert_int_equal(c.present, (1u << SMB2_CREATE_CONTEXT_KINDS) - 1);
	assert_true(smb2_create_contexts_has(&c, SMB2_CREATE_POSIX));
	assert_true(span_equal(c.data[SMB2_CREATE_SECD], span_of_str("descriptor")));

	struct smb2_file_id id;
	assert_int_equal(smb2_durable_reconnect_decode(c.data[SMB2_CREATE_DHNC], &id), VERDICT_OK);
	assert_int_equal(id.volatile_id, 15);
	struct smb2_durable_v2_request v2;
	assert_int_equal(smb2_durable_v2_request_decode(c.data[SMB2_CREATE_DH2Q], &v2), VERDICT_OK);
	assert_int_equal(v2.timeout, 1);
	assert_int_equal(v2.create_guid[0], 3);
	struct smb2_durable_v2_reconnect reconnect;
	assert_int_equal(smb2_durable_v2_reconnect_decode(c.data[SMB2_CREATE_DH2C], &reconnect), VERDICT_OK);
	assert_int_equal(reconnect.file_id.persistent_id, 4);
	assert_int_equal(reconnect.flags, 7);
	struct smb2_maximal_access_response access;
	assert_int_equal(smb2_maximal_access_response_decode(c.data[SMB2_CREATE_MXAC], &access), VERDICT_OK);
	assert_int_equal(access.maximal_access, 0x1F01FF);
	struct smb2_on_disk_id on_disk;
	assert_int_equal(smb2_on_disk_id_decode(c.data[SMB2_CREATE_QFID], &on_disk), VERDICT_OK);
	assert_int_equal(on_disk.volume_id, 13);
	struct smb2_lease lease;
	assert_int_equal(smb2_lease_decode(c.data[SMB2_CREATE_RQLS], &lease), VERDICT_OK);
	assert_int_equal(lease.version, 2);
	assert_int_equal(lease.epoch, 9);
	uint8_t guid[SMB2_GUID_LEN];
	assert_int_equal(smb2_app_instance_id_decode(c.data[SMB2_CREATE_APP_INSTANCE_ID], guid), VERDICT_OK);
	assert_memory_equal(guid, some_guid, sizeof(guid));
	struct smb2_app_instance_version version;
	assert_int_equal(smb2_app_instance_version_decode(c.data[SMB2_CREATE_APP_INSTANCE_VERSION], &version),
		VERDICT_OK);
	assert_int_equal(version.version_low, 11);
}

static void create_context_data_of_the_wrong_length(void **state UNUSED)
{
	uint8_t zeros[64] = { 0 };
	struct smb2_lease lease;
	uint64_t value = 1;
	struct smb2_durable_v2_response v2;
	for (size_t len = 0; len <= sizeof(zeros); len++) {
		bool fits = len == SMB2_LEASE_V1_LEN || len == SMB2_LEASE_V2_LEN;
		assert_int_equal(smb2_lease_decode(span_make(zeros, len), &lease),
			fits ? VERDICT_OK : VERDICT_BAD_SIZE);
		assert_int_equal(smb2_allocation_size_decode(span_make(zeros, len), &value),
			len == 8 ? VERDICT_OK : VERDICT_BAD_SIZE);
		assert_int_equal(smb2_maximal_access_request_decode(span_make(zeros, len), &value),
			len == 0 || len == 8 ? VERDICT_OK : VERDICT_BAD_SIZE);
		assert_int_equal(smb2_durable_v2_response_decode(span_make(zeros, len), &v2),
			len == 8 ? VERDICT_OK : VERDICT_BAD_SIZE);
	}
	uint8_t guid[SMB2_GUID_LEN];
	assert_int_equal(smb2_app_instance_id_decode(span_make(zeros, 20), guid), VERDICT_BAD_SIZE);
}

static void every_prefix_of_a_chain_is_judged(void **state UNUSED)
{
	uint8_t buf[1024];
	size_t len = build_all_kinds(buf, sizeof(buf));
	for (size_t prefix = 1; prefix < len; prefix++) {
		uint8_t *copy = exact_copy(buf, prefix);
		struct smb2_create_contexts c = { .present = 42 };
		assert_int_not_equal(smb2_create_contexts_find(span_make(copy, prefix), &c), VERDICT_OK);
		assert_int_equal(c.present, 42);
		free(copy);
	}
	struct smb2_create_contexts none;
	assert_int_equal(smb2_create_contexts_find(span_make(NULL, 0), &none), VERDICT_OK);
	assert_int_equal(none.present, 0);
}

static enum verdict verdict_with(size_t offset, uint8_t value)
{
	uint8_t buf[256];
	struct writer w = writer_make(buf, sizeof(buf));
	struct smb2_create_context_builder b = smb2_create_context_builder_make(&w);
	struct smb2_create_contexts c;
	smb2_create_context_add_u64(&b, SMB2_CREATE_ALSI, 1);
	smb2_create_context_add_u64(&b, SMB2_CREATE_TWRP, 2);
	buf[offset] = value;
	return smb2_create_contexts_find(writer_since(&w, 0), &c);
}

static void chains_gone_wrong(void **state UNUSED)
{
	assert_int_equal(verdict_with(0, 32), VERDICT_OK); // as it is
	assert_int_equal(verdict_with(0, 33), VERDICT_MISALIGNED);
	assert_int_equal(verdict_with(0, 8), VERDICT_BAD_OFFSET);
	assert_int_equal(verdict_with(0, 64), VERDICT_BAD_OFFSET);
	assert_int_equal(verdict_with(4, 8), VERDICT_BAD_OFFSET); // the name in the fixed part
	assert_int_equal(verdict_with(6, 3), VERDICT_BAD_SIZE);   // a name of three bytes
	assert_int_equal(verdict_with(10, 28), VERDICT_MISALIGNED);
	assert_int_equal(verdict_with(10, 16), VERDICT_OVERLAP);
	assert_int_equal(verdict_with(12, 9), VERDICT_TRUNCATED);
}

static void duplicates_and_strangers(void **state UNUSED)
{
	uint8_t buf[256];
	struct writer w = writer_make(buf, sizeof(buf));
	struct smb2_create_context_builder b = smb2_create_context_builder_make(&w);
	smb2_create_context_add_u64(&b, SMB2_CREATE_ALSI, 1);
	smb2_create_context_add_u64(&b, SMB2_CREATE_ALSI, 2);
	size_t third = w.pos;
	smb2_create_context_add_u64(&b, SMB2_CREATE_TWRP, 3);
	buf[third + 16] = 'X';
	struct smb2_create_contexts c;
	uint64_t size = 0;
	assert_int_equal(smb2_create_contexts_find(writer_since(&w, 0), &c), VERDICT_OK);
	assert_int_equal(c.duplicates, 1u << SMB2_CREATE_ALSI);
	assert_int_equal(c.unknown, 1);
	assert_int_equal(smb2_allocation_size_decode(c.data[SMB2_CREATE_ALSI], &size), VERDICT_OK);
	assert_int_equal(size, 1);
}

static void a_chain_beyond_its_limit(void **state UNUSED)
{
	uint8_t buf[(SMB2_CREATE_CONTEXTS_MAX + 1) * 32];
	struct writer w = writer_make(buf, sizeof(buf));
	struct smb2_create_context_builder b = smb2_create_context_builder_make(&w);
	struct smb2_create_contexts c;
	for (int i = 0; i < SMB2_CREATE_CONTEXTS_MAX; i++)
		smb2_create_context_add_u64(&b, SMB2_CREATE_ALSI, 1);
	assert_int_equal(smb2_create_contexts_find(writer_since(&w, 0), &c), VERDICT_OK);
	smb2_create_context_add_u64(&b, SMB2_CREATE_ALSI, 1);
	assert_int_equal(smb2_create_contexts_find(writer_since(&w, 0), &c), VERDICT_TOO_LONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_offer_of_a_real_client),
		cmocka_unit_test(the_answer_of_a_real_server),
		cmocka_unit_test(all_negotiate_contexts_round_trip),
		cmocka_unit_test(negotiate_contexts_that_are_refused),
		cmocka_unit_test(repeated_and_unknown_types_are_counted),
		cmocka_unit_test(the_create_contexts_of_a_real_client),
		cmocka_unit_test(all_create_contexts_round_trip),
		cmocka_unit_test(create_context_data_of_the_wrong_length),
		cmocka_unit_test(every_prefix_of_a_chain_is_judged),
		cmocka_unit_test(chains_gone_wrong),
		cmocka_unit_test(duplicates_and_strangers),
		cmocka_unit_test(a_chain_beyond_its_limit),
	};
	return RUN_TESTS(tests);
}
