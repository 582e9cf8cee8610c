// SPDX-License-Identifier: Apache-2.0
// Who may log on and with what: NTLM's kinds, guests, anonymous sessions, the domain's own channel.
#include <string.h>

#include "audit/lint/samba_view.h"

static void judge_ntlm(struct samba_view *v)
{
	struct lint_proof ntlm = samba_global(v, "ntlm auth");
	struct lint_proof lm = samba_global(v, "lanman auth");
	bool v1 = samba_is(ntlm, "ntlmv1-permitted");
	if (!samba_is(ntlm, "disabled"))
		(void)lint_report(v->context, "ntlm_accepted", NULL, &ntlm, NULL);
	if (v1)
		(void)lint_report(v->context, "ntlmv1_accepted", NULL, &ntlm, NULL);
	if (!samba_is(lm, "Yes"))
		return;
	// smb.conf(5), ntlm auth: ntlmv1-permitted "is the required setting to enable the lanman auth
	// parameter".
	if (v1)
		(void)lint_report(v->context, "lm_accepted", NULL, &lm, NULL);
	else
		(void)lint_report(v->context, "setting_without_effect", "lanman auth", &lm,
			"lanman auth needs ntlm auth = ntlmv1-permitted");
}

static void judge_raw_ntlm(struct samba_view *v)
{
	struct lint_proof raw = samba_global(v, "raw NTLMv2 auth");
	bool smb1 = samba_dialect(samba_global(v, "server min protocol"), 0x0202) < 0x0202;
	if (!samba_is(raw, "Yes"))
		return;
	if (smb1)
		(void)lint_report(v->context, "ntlm_mic_not_required", NULL, &raw,
			"clients of SMB 1 may send NTLMv2 without NTLMSSP, so without a MIC");
	else
		(void)lint_report(v->context, "setting_without_effect", "raw NTLMv2 auth", &raw,
			"only SMB 1 has log-ons outside of SPNEGO, and it is not offered");
}

static void judge_passwords(struct samba_view *v)
{
	struct lint_proof encrypted = samba_global(v, "encrypt passwords");
	struct lint_proof null = samba_global(v, "null passwords");
	if (samba_is(encrypted, "No"))
		(void)lint_report(v->context, "plaintext_passwords", NULL, &encrypted, NULL);
	if (samba_is(null, "Yes"))
		(void)lint_report(v->context, "null_passwords", NULL, &null, NULL);
}

static void judge_kerberos(struct samba_view *v)
{
	struct lint_proof ntlm = samba_global(v, "ntlm auth");
	struct lint_proof security = samba_global(v, "security");
	struct lint_proof types = samba_global(v, "kerberos encryption types");
	if (samba_in_domain(v)) {
		if (!samba_is(types, "strong"))
			(void)lint_report(v->context, "kerberos_weak_keys", NULL, &types, NULL);
		return;
	}
	if (!samba_empty(samba_global(v, "realm")))
		return;
	(void)lint_report(v->context, "kerberos_not_offered", NULL, &security, NULL);
	if (samba_is(ntlm, "disabled"))
		(void)lint_report(v->context, "setting_contradiction", "ntlm auth", &ntlm,
			"NTLM is off, and there is no realm for Kerberos: nobody can log on");
}

void rules_samba_authentication(struct samba_view *v)
{
	judge_ntlm(v);
	judge_raw_ntlm(v);
	judge_passwords(v);
	judge_kerberos(v);
}

// A session without a key cannot encrypt: where encryption is required of all, smbd refuses guests and
// anonymous sessions whatever else is set.
static void judge_guests(struct samba_view *v)
{
	struct lint_proof map = samba_global(v, "map to guest");
	if (samba_is(map, "Never"))
		return;
	if (samba_encryption_required(v)) {
		(void)lint_report(v->context, "setting_without_effect", "map to guest", &map,
			"guests cannot encrypt, and encryption is required");
		return;
	}
	struct audit_finding *f = lint_report(v->context, "guest_accepted", NULL, &map,
		"map to guest = %s: %s is let in as the guest account", samba_value(&map),
		samba_is(map, "Bad User")  ? "whoever gives a name that does not exist"
		: samba_is(map, "Bad Uid") ? "a user of the domain that Unix does not know"
					   : "whoever gives a wrong password");
	// That one has logged on at the domain.
	if (samba_is(map, "Bad Uid"))
		lint_rate(f, AUDIT_MEDIUM, 'C');
}

static void judge_null_sessions(struct samba_view *v)
{
	struct lint_proof restricted = samba_global(v, "restrict anonymous");
	long level = samba_number(restricted);
	if (samba_encryption_required(v) || level >= 2)
		return;
	(void)lint_report(v->context, "anonymous_session", NULL, &restricted, NULL);
	if (level >= 1)
		return;
	(void)lint_report(v->context, "anonymous_lists_shares", NULL, &restricted, NULL);
	(void)lint_report(v->context, "anonymous_lists_users", NULL, &restricted, NULL);
}

static void judge_usershares(struct samba_view *v)
{
	struct lint_proof guests = samba_global(v, "usershare allow guests");
	struct lint_proof count = samba_global(v, "usershare max shares");
	if (!samba_is(guests, "Yes"))
		return;
	if (samba_number(count) != 0)
		(void)lint_report(v->context, "usershare_guests", NULL, &guests, NULL);
	else
		(void)lint_report(v->context, "setting_without_effect", "usershare allow guests", &guests,
			"usershare max shares is 0: there are none");
}

void rules_samba_anonymous(struct samba_view *v)
{
	judge_guests(v);
	judge_null_sessions(v);
	judge_usershares(v);
}

// The secure channel between the members and the controllers of a domain.
void rules_samba_domain(struct samba_view *v)
{
	static const struct {
		const char *name;
		const char *weak;
		const char *what;
	} channel[] = {
		{ "allow nt4 crypto", "Yes", "members may use the crypto of NT 4" },
		{ "reject md5 clients", "No", "members may use MD5 and RC4" },
		{ "reject md5 servers", "No", "controllers may use MD5 and RC4" },
		{ "require strong key", "No", "controllers may use keys of 64 bits" },
		{ "server schannel", "No", "members need no secure channel (CVE-2020-1472)" },
		{ "server schannel", "Auto", "members need no secure channel (CVE-2020-1472)" },
		{ "server schannel require seal", "No", "the channel may be signed only (CVE-2022-38023)" },
		{ "client schannel", "No", "controllers need no secure channel (CVE-2020-1472)" },
		{ "client schannel", "Auto", "controllers need no secure channel (CVE-2020-1472)" },
		{ "winbind sealed pipes", "No", "what winbind asks controllers is not encrypted" },
		{ "kdc force enable rc4 weak session keys", "Yes", "tickets' session keys may be RC4" },
		{ "ldap server require strong auth", "No", "LDAP takes simple binds in the clear" },
		{ "allow dcerpc auth level connect", "Yes", "calls to the controller are not protected" },
	};
	for (size_t i = 0; i < ARRAY_LEN(channel); i++) {
		struct lint_proof p = samba_global(v, channel[i].name);
		if (samba_is(p, channel[i].weak))
			(void)lint_report(v->context, "domain_channel_weak", channel[i].name, &p, "%s",
				channel[i].what);
	}
}
