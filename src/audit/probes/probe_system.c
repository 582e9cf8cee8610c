// SPDX-License-Identifier: Apache-2.0
// Which implementation answers, by what no other does. Nothing is sent. Where the marks are not enough it
// stays unknown: a fix for the wrong system is worse than none.
#include <ctype.h>
#include <stdio.h>

#include "audit/probes/probes.h"

enum {
	KSMBD_TRANSACT_SIZE = 1 << 20,
	KSMBD_TRANSACT_SIZE_LATER = 4 << 20,
	WINDOWS_BUILD_MIN = 6000, // Vista; Samba and Signet say 0
};

static bool guid_is(const struct host_facts *f, uint8_t byte)
{
	for (unsigned i = 0; i < SMB2_GUID_LEN; i++) {
		if (f->server_guid[i] != byte)
			return false;
	}
	return true;
}

// Samba's GUID is its NetBIOS name, in small letters, with zeros behind it.
static bool guid_is_name(const struct host_facts *f)
{
	unsigned len = 0;
	while (len < SMB2_GUID_LEN && f->server_guid[len] != 0) {
		int c = f->server_guid[len++];
		if (!isprint(c) || isupper(c))
			return false;
	}
	for (unsigned i = len; i < SMB2_GUID_LEN; i++) {
		if (f->server_guid[i] != 0)
			return false;
	}
	return len != 0;
}

static unsigned build_number(const struct host_facts *f)
{
	unsigned major = 0, minor = 0, build = 0;
	if (f->os_version == NULL || sscanf(f->os_version, "%u.%u.%u", &major, &minor, &build) != 3)
		return 0;
	return build;
}

static bool is_samba(const struct host_facts *f)
{
	return guid_is_name(f) && f->start_time == 0 && build_number(f) == 0;
}

// Its sample server has a constant where others have a GUID.
static bool is_impacket(const struct host_facts *f)
{
	return guid_is(f, 'A');
}

// No GUID, and the first cipher of the client, or its own limit for transactions where there is no choice.
static bool is_ksmbd(const struct host_facts *f)
{
	bool limit = f->max_transact_size == KSMBD_TRANSACT_SIZE ||
		     f->max_transact_size == KSMBD_TRANSACT_SIZE_LATER;
	return guid_is(f, 0) && f->start_time == 0 && f->dialect_max >= SMB2_DIALECT_300 &&
	       build_number(f) == 0 &&
	       (fact_is(&f->cipher_order, ANSWER_NO) || (limit && !fact_is(&f->cipher_order, ANSWER_YES)));
}

// Windows tells its build in NTLM's CHALLENGE, and offers its own negotiation beside Kerberos and NTLM.
static bool is_windows(const struct host_facts *f)
{
	return build_number(f) >= WINDOWS_BUILD_MIN && !guid_is_name(f) && !guid_is(f, 0) &&
	       fact_is(&f->mech_negoex, ANSWER_YES);
}

// 3.1.1 with large messages as its only capability, signed with AES-GMAC by its own choice, without
// compression; what it refuses of older dialects it refuses with a status, but SMB1 by closing. Its
// encryption may be off: then there is no order of ciphers.
static bool is_signet(const struct host_facts *f)
{
	return f->dialect_max == SMB2_DIALECT_311 && f->capabilities == SMB2_GLOBAL_CAP_LARGE_MTU &&
	       f->start_time == 0 && fact_is(&f->signing_order, ANSWER_YES) &&
	       !fact_is(&f->cipher_order, ANSWER_NO) && fact_is(&f->smb1, ANSWER_NO) &&
	       fact_is(&f->smb1_leads_on, ANSWER_YES) && fact_is(&f->preauth_integrity, ANSWER_YES) &&
	       fact_is(&f->compressions[1], ANSWER_NO) && fact_is(&f->rdma_transform, ANSWER_NO) &&
	       !guid_is_name(f) && !guid_is(f, 0) && build_number(f) == 0;
}

struct system_mark {
	const char *name;
	bool (*is)(const struct host_facts *f);
	bool platform_known; // there are fixes for it
	enum platform platform;
};

static const struct system_mark systems[] = {
	{ "Samba", is_samba, true, PLATFORM_SAMBA },
	{ "impacket", is_impacket, false, PLATFORM_SAMBA },
	{ "ksmbd", is_ksmbd, true, PLATFORM_KSMBD },
	{ "Windows", is_windows, true, PLATFORM_WINDOWS_POWERSHELL },
	{ "Signet", is_signet, true, PLATFORM_SIGNET },
};

void probe_system(struct probe *p)
{
	struct host_facts *f = p->facts;
	if (f->dialect_max == 0)
		return;
	for (unsigned i = 0; i < ARRAY_LEN(systems); i++) {
		if (!systems[i].is(f))
			continue;
		f->system = systems[i].name;
		f->platform = systems[i].platform;
		f->platform_known = systems[i].platform_known;
		return;
	}
}
