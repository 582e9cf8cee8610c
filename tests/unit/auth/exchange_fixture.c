// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include "exchange_fixture.h"

#include "auth/account_store.h"

static const char *const accepted_names[] = { "share.example.org" };
const struct auth_names exchange_names = {
	.netbios_computer = "FILES",
	.netbios_domain = "FILES",
	.dns_computer = "files.example.org",
	.dns_domain = "example.org",
	.accepted = accepted_names,
	.accepted_count = 1,
};

int exchange_setup(void **state)
{
	static const char *const staff[] = { "alice" };
	const struct account_group group = { "staff", staff, 1 };
	struct account_error error;
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->state.dir, "/tmp/signet-auth-XXXXXX");
	*state = f;
	if (mkdtemp(f->state.dir) == NULL ||
		account_store_add(f->state.dir, "Alice", true, "Passw0rd-alice", &error) < 0 ||
		account_store_add(f->state.dir, "bob", false, NULL, &error) < 0 ||
		account_store_add(f->state.dir, "carol", true, "Passw0rd-carol", &error) < 0 ||
		account_store_disable(f->state.dir, "carol", true, &error) < 0 ||
		account_db_load(f->state.dir, &group, 1, &f->db, &error) < 0)
		return -1;
	arena_init(&f->arena, NULL, 0);
	f->config = (struct auth_exchange_config){
		.accounts = f->db,
		.names = &exchange_names,
		.policy = { .ntlm = true, .check_target_name = true },
	};
	f->peer = (struct ntlm_peer){
		.user = "alice",
		.domain = "WORKGROUP",
		.password = "Passw0rd-alice",
		.target_name = "cifs/files.example.org",
		.arena = &f->arena,
	};
	return 0;
}

int exchange_teardown(void **state)
{
	struct fixture *f = *state;

	auth_exchange_free(f->ex);
	account_db_unref(f->db);
	arena_reset(&f->arena);
	return state_teardown(state);
}

const struct auth_result *run(struct fixture *f)
{
	auth_exchange_free(f->ex);
	f->ex = auth_exchange_new(&f->config);
	assert_non_null(f->ex);
	(void)ntlm_peer_run(&f->peer, f->ex);
	return auth_exchange_result(f->ex);
}

const struct auth_result *succeeds(struct fixture *f)
{
	const struct auth_result *r = run(f);

	assert_int_equal(r->reason, AUTH_REASON_OK);
	assert_int_equal(f->peer.status.code, STATUS(SUCCESS).code);
	assert_non_null(r->identity);
	assert_int_equal(r->identity->session_base_key.len, NTLM_KEY_LEN);
	assert_memory_equal(r->identity->session_base_key.bytes, f->peer.exported_session_key, NTLM_KEY_LEN);
	return r;
}

const struct auth_result *fails(struct fixture *f, enum auth_reason reason, uint32_t status)
{
	const struct auth_result *r = run(f);

	if (r->reason != reason)
		fail_msg("%s instead of %s", auth_reason_name(r->reason), auth_reason_name(reason));
	assert_int_equal(f->peer.status.code, status);
	assert_null(r->identity);
	return r;
}
