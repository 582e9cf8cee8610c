// SPDX-License-Identifier: Apache-2.0
// What stands between a client that knows a password and an identity: MIC, target, bindings, time, flags,
// and the end of guessing.
#include "../test_support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/ntlm_verify.h"
#include "auth/throttle.h"
#include "base/filetime.h"
#include "exchange_fixture.h"
#include "wire/ntlm/ntlm_message.h"

static void a_changed_or_missing_mic_is_refused(void **state)
{
	struct fixture *f = *state;

	f->peer.mic_flipped = true;
	fails(f, AUTH_REASON_MIC_WRONG, STATUS(LOGON_FAILURE).code);
	f->peer.mic_flipped = false;
	f->peer.mic_stripped = true;
	fails(f, AUTH_REASON_MIC_MISSING, STATUS(LOGON_FAILURE).code);
	f->config.policy.transcript_protected = true; // declared, so it must be there all the same
	fails(f, AUTH_REASON_MIC_MISSING, STATUS(LOGON_FAILURE).code);
	f->peer.mic_stripped = false;
	f->peer.mic_flipped = true;
	fails(f, AUTH_REASON_MIC_WRONG, STATUS(LOGON_FAILURE).code);
}

// The Linux kernel's client declares none.
static void no_mic_needs_a_protected_transcript(void **state)
{
	struct fixture *f = *state;

	f->peer.no_mic = true;
	fails(f, AUTH_REASON_MIC_MISSING, STATUS(LOGON_FAILURE).code);
	f->config.policy.transcript_protected = true;
	assert_false(succeeds(f)->mic_verified);
}

static void relayed_responses_are_recognised(void **state)
{
	struct fixture *f = *state;

	f->peer.challenge_flipped = true;
	fails(f, AUTH_REASON_WRONG_PASSWORD, STATUS(LOGON_FAILURE).code);
	f->peer.challenge_flipped = false;
	f->peer.target_name = "cifs/other.example.org";
	fails(f, AUTH_REASON_TARGET_NAME_MISMATCH, STATUS(ACCESS_DENIED).code);
	f->peer.target_name = "HTTP/files.example.org";
	fails(f, AUTH_REASON_TARGET_NAME_MISMATCH, STATUS(ACCESS_DENIED).code);
	f->config.policy.check_target_name = false;
	assert_string_equal(succeeds(f)->target_name, "HTTP/files.example.org");
	f->peer.target_name = NULL;
	f->config.policy.require_target_name = true;
	fails(f, AUTH_REASON_TARGET_NAME_MISSING, STATUS(ACCESS_DENIED).code);
	f->config.policy.require_target_name = false;
	f->peer.target_info_other = true;
	fails(f, AUTH_REASON_TARGET_INFO_CHANGED, STATUS(ACCESS_DENIED).code);
	f->peer.target_info_other = false;
	f->peer.target_info_pair_left_out = true;
	fails(f, AUTH_REASON_TARGET_INFO_CHANGED, STATUS(ACCESS_DENIED).code);
	f->peer.target_info_pair_left_out = false;
	f->peer.bindings = 1;
	fails(f, AUTH_REASON_CHANNEL_BINDINGS, STATUS(ACCESS_DENIED).code);
	// None of it is told to who did not prove the password.
	f->peer.password = "wrong";
	fails(f, AUTH_REASON_WRONG_PASSWORD, STATUS(LOGON_FAILURE).code);
	f->peer.target_info_other = true;
	fails(f, AUTH_REASON_CHALLENGE_REUSED, STATUS(LOGON_FAILURE).code);
}

static void what_a_policy_may_require_of_everybody(void **state)
{
	struct fixture *f = *state;

	f->config.policy = (struct auth_policy){ .ntlm = true,
		.check_target_name = true,
		.require_target_name = true,
		.transcript_protected = true,
		.require_mic = true };
	succeeds(f);
	f->peer.untrusted_name = true;
	fails(f, AUTH_REASON_TARGET_NAME_MISSING, STATUS(ACCESS_DENIED).code);
	f->peer.target_name = "cifs/other.example.org";
	fails(f, AUTH_REASON_TARGET_NAME_MISMATCH, STATUS(ACCESS_DENIED).code);
	f->config.policy.require_target_name = false;
	fails(f, AUTH_REASON_TARGET_NAME_MISMATCH, STATUS(ACCESS_DENIED).code);
	f->peer.target_name = "cifs/files.example.org";
	succeeds(f);
	f->peer.no_mic = true;
	fails(f, AUTH_REASON_MIC_MISSING, STATUS(LOGON_FAILURE).code);
}

// The token that opened one session, sent again into another exchange.
static void a_replayed_response_is_refused(void **state)
{
	struct fixture *f = *state;
	struct ntlm_peer other = f->peer;
	struct span out;

	f->ex = auth_exchange_new(&f->config);
	struct span token = ntlm_peer_prepare(&f->peer, f->ex);
	assert_int_equal(auth_exchange_step(f->ex, token, &f->arena, &out).code, STATUS(SUCCESS).code);
	// Into the same exchange, which is over.
	assert_int_equal(
		auth_exchange_step(f->ex, token, &f->arena, &out).code, STATUS(INVALID_PARAMETER).code);
	assert_non_null(auth_exchange_result(f->ex)->identity);
	auth_exchange_free(f->ex);
	f->ex = auth_exchange_new(&f->config);
	(void)ntlm_peer_prepare(&other, f->ex);
	assert_int_equal(auth_exchange_step(f->ex, token, &f->arena, &out).code, STATUS(LOGON_FAILURE).code);
	assert_int_equal(auth_exchange_result(f->ex)->reason, AUTH_REASON_CHALLENGE_REUSED);
}

static void challenges_draw(struct fixture *f, uint8_t *out, size_t count)
{
	f->peer.raw = true;
	for (size_t i = 0; i < count; i++) {
		struct ntlm_challenge c;
		auth_exchange_free(f->ex);
		f->ex = auth_exchange_new(&f->config);
		(void)ntlm_peer_prepare(&f->peer, f->ex);
		assert_int_equal(ntlm_challenge_decode(f->peer.challenge, &c), VERDICT_OK);
		memcpy(out + i * NTLM_CHALLENGE_LEN, c.server_challenge, NTLM_CHALLENGE_LEN);
		arena_reset(&f->arena);
	}
}

static int challenge_compare(const void *a, const void *b)
{
	return memcmp(a, b, NTLM_CHALLENGE_LEN);
}

// Neither from one process nor from two that began alike, as after a restart.
static void no_challenge_comes_twice(void **state)
{
	enum { COUNT = 1024, LEN = 2 * COUNT * NTLM_CHALLENGE_LEN };
	uint8_t *all = mmap(NULL, LEN, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;

	assert_true(all != MAP_FAILED);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		challenges_draw(*state, all + LEN / 2, COUNT);
		_exit(0);
	}
	challenges_draw(*state, all, COUNT);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	qsort(all, 2 * COUNT, NTLM_CHALLENGE_LEN, challenge_compare);
	for (size_t i = NTLM_CHALLENGE_LEN; i < LEN; i += NTLM_CHALLENGE_LEN)
		assert_true(challenge_compare(all + i - NTLM_CHALLENGE_LEN, all + i) != 0);
	assert_int_equal(munmap(all, LEN), 0);
}

static void guesses_are_not_judged_without_end(void **state)
{
	struct fixture *f = *state;

	f->config.throttle = throttle_new(32);
	f->config.peer.ss_family = AF_INET;
	for (int i = 0; i < THROTTLE_LOCK_FAILURES; i++) {
		f->peer.password = "wrong";
		f->peer.domain = i % 2 == 0 ? "A" : "B"; // another domain is not another account
		const struct auth_result *r =
			fails(f, AUTH_REASON_WRONG_PASSWORD, STATUS(LOGON_FAILURE).code);
		assert_true(throttle_failure(f->config.throttle, &f->config.peer, r->account,
				    auth_reason_is_guess(r->reason), monotonic_ms()) >= THROTTLE_DELAY_MS);
	}
	f->peer.password = "Passw0rd-alice";
	fails(f, AUTH_REASON_THROTTLED, STATUS(LOGON_FAILURE).code);
	f->config.peer.ss_family = AF_UNSPEC; // somebody else
	succeeds(f);
	throttle_free(f->config.throttle);
}

// Whatever did not prove a password is a guess, however it is spelt: no way around the lock.
static void every_wrong_password_is_a_guess(void **state UNUSED)
{
	static const enum auth_reason guesses[] = { AUTH_REASON_WRONG_PASSWORD, AUTH_REASON_UNKNOWN_ACCOUNT,
		AUTH_REASON_NTLM_NOT_ALLOWED_FOR_ACCOUNT, AUTH_REASON_GUEST, AUTH_REASON_ACCOUNT_DISABLED,
		AUTH_REASON_CHALLENGE_REUSED };

	for (size_t i = 0; i < ARRAY_LEN(guesses); i++) {
		assert_true(auth_reason_is_guess(guesses[i]));
		assert_int_equal(auth_reason_status(guesses[i]).code, STATUS(LOGON_FAILURE).code);
	}
	assert_int_equal(auth_reason_status(AUTH_REASON_THROTTLED).code, STATUS(LOGON_FAILURE).code);
}

static void weak_forms_are_refused(void **state)
{
	static const uint32_t flags[] = { NTLMSSP_NEGOTIATE_UNICODE, NTLMSSP_NEGOTIATE_SIGN,
		NTLMSSP_NEGOTIATE_128, NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY,
		NTLMSSP_NEGOTIATE_KEY_EXCH };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		f->peer.flags_removed = flags[i];
		fails(f, AUTH_REASON_WEAK_FLAGS, STATUS(LOGON_FAILURE).code);
	}
	f->peer.flags_removed = 0;
	// Never asked for, but there in the end: somebody added it, where no MIC shows it.
	f->config.policy.transcript_protected = true;
	f->peer.no_mic = true;
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		f->peer.negotiate_flags_removed = flags[i];
		fails(f, AUTH_REASON_FLAGS_CHANGED, STATUS(LOGON_FAILURE).code);
	}
	f->peer.negotiate_flags_removed = 0;
	succeeds(f);
	f->peer.ntlmv1 = true;
	assert_string_equal(fails(f, AUTH_REASON_NOT_NTLMV2, STATUS(LOGON_FAILURE).code)->account, "alice");
}

static void malformed_lists_and_wrong_times_are_refused(void **state)
{
	struct fixture *f = *state;

	f->peer.clock_offset_s = NTLM_CLOCK_SKEW_MAX_S - 60;
	assert_true(succeeds(f)->clock_skew_ms > 1700000);
	f->peer.clock_offset_s = NTLM_CLOCK_SKEW_MAX_S + 60;
	fails(f, AUTH_REASON_CLOCK_SKEW, STATUS(TIME_DIFFERENCE_AT_DC).code);
	f->peer.clock_offset_s = -NTLM_CLOCK_SKEW_MAX_S - 60;
	fails(f, AUTH_REASON_CLOCK_SKEW, STATUS(TIME_DIFFERENCE_AT_DC).code);
	f->peer.clock_offset_s = 0;
	f->peer.av_truncated = true;
	fails(f, AUTH_REASON_MALFORMED, STATUS(INVALID_PARAMETER).code);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EXCHANGE_TEST(a_changed_or_missing_mic_is_refused),
		EXCHANGE_TEST(no_mic_needs_a_protected_transcript),
		EXCHANGE_TEST(relayed_responses_are_recognised),
		EXCHANGE_TEST(what_a_policy_may_require_of_everybody),
		EXCHANGE_TEST(a_replayed_response_is_refused),
		EXCHANGE_TEST(no_challenge_comes_twice),
		EXCHANGE_TEST(guesses_are_not_judged_without_end),
		EXCHANGE_TEST(every_wrong_password_is_a_guess),
		EXCHANGE_TEST(weak_forms_are_refused),
		EXCHANGE_TEST(malformed_lists_and_wrong_times_are_refused),
	};

	return RUN_TESTS(tests);
}
