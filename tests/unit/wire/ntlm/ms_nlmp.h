// SPDX-License-Identifier: Apache-2.0
// The NTLMv2 example of MS-NLMP 4.2.4: user "User", password "Password", domain "Domain", server
// "Server", workstation "COMPUTER"; client challenge 8 * AA, session key 16 * 55, time 0.
#ifndef SIGNET_TESTS_UNIT_WIRE_NTLM_MS_NLMP_H
#define SIGNET_TESTS_UNIT_WIRE_NTLM_MS_NLMP_H

static const char nlmp_server_challenge[] = "0123456789abcdef";

// 4.2.2.1.2 NTOWFv1()
static const char nlmp_ntowf_v1[] = "a4f49c406510bdcab6824ee7c30fd852";

// 4.2.4.1.1 NTOWFv2()
static const char nlmp_ntowf_v2[] = "0c868a403bfd7a93a3001ef22ef02e3f";

// 4.2.4.1.2
static const char nlmp_session_base_key[] = "8de40ccadbc14a82f15cb0ad0de95ca3";

// 4.2.4.1.3 temp
static const char nlmp_temp[] =
	"01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e0001000c00"
	"5300650072007600650072000000000000000000";

// 4.2.4.2.1
static const char nlmp_lmv2_response[] = "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa";

// 4.2.4.2.2
static const char nlmp_nt_proof_str[] = "68cd0ab851e51c96aabc927bebef6a1c";

// 4.2.4.2.3
static const char nlmp_encrypted_session_key[] = "c5dad2544fc9799094ce1ce90bc9d03e";

// 4.2.4.3
static const char nlmp_challenge_message[] =
	"4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef00000000000000002400240044000000"
	"060070170000000f53006500720076006500720002000c0044006f006d00610069006e0001000c005300650072007600"
	"6500720000000000";

// 4.2.4.3
static const char nlmp_authenticate_message[] =
	"4e544c4d5353500003000000180018006c00000054005400840000000c000c0048000000080008005400000010001000"
	"5c00000010001000d8000000358288e20501280a0000000f44006f006d00610069006e00550073006500720043004f00"
	"4d005000550054004500520086c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa68cd0ab851e51c96aabc927b"
	"ebef6a1c01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e00"
	"01000c005300650072007600650072000000000000000000c5dad2544fc9799094ce1ce90bc9d03e";

// 4.2.4.4
static const char nlmp_seal_key[] = "59f600973cc4960a25480a7c196e4c58";

// 4.2.4.4
static const char nlmp_sign_key[] = "4788dc861b4782f35d43fd98fe1a2d39";

// "Plaintext"
static const char nlmp_plaintext[] = "50006c00610069006e007400650078007400";

// 4.2.4.4
static const char nlmp_sealed[] = "54e50165bf1936dc996020c1811b0f06fb5f";

// 4.2.4.4
static const char nlmp_signature[] = "010000007fb38ec5c55d497600000000";

#endif
