// SPDX-License-Identifier: Apache-2.0
// Which mechanisms the server offers, whether it goes on with NTLM, and what its CHALLENGE tells of it before
// anybody has said who he is.
#include <errno.h>

#include "audit/probes/probe_login.h"
#include "audit/probes/probe_words.h"
#include "audit/probes/probes.h"
#include "base/utf16.h"
#include "wire/ntlm/ntlm_av_pair.h"
#include "wire/ntlm/ntlm_message.h"
#include "wire/spnego/spnego.h"

enum { NAME_LEN_MAX = 512 }; // bytes of UTF-16: longer than any name can be

// 1.3.6.1.5.2.5: what a Windows without a domain offers for its local KDC.
static const uint8_t iakerb[] = { 0x2B, 0x06, 0x01, 0x05, 0x02, 0x05 };

// --- NEGOTIATE --------------------------------------------------------------------------------------------

static bool offers(const struct spnego_init *init, enum spnego_mech mech)
{
	for (unsigned i = 0; i < init->mech_type_count; i++) {
		if (init->mech_types[i].mech == mech)
			return true;
	}
	return false;
}

static bool offers_iakerb(const struct spnego_init *init)
{
	for (unsigned i = 0; i < init->mech_type_count; i++) {
		if (span_equal(init->mech_types[i].oid, span_make(iakerb, sizeof(iakerb))))
			return true;
	}
	return false;
}

static const char *mech_words(const struct spnego_init *init, unsigned i)
{
	bool is_iakerb = span_equal(init->mech_types[i].oid, span_make(iakerb, sizeof(iakerb)));
	return is_iakerb ? "iakerb" : spnego_mech_name(init->mech_types[i].mech);
}

static const char *offer_words(struct probe *p, const struct spnego_init *init)
{
	const char *list = "";
	for (unsigned i = 0; i < init->mech_type_count; i++)
		list = probe_text(p, "%s%s%s", list, i == 0 ? "" : ", ", mech_words(init, i));
	return probe_text(p, "SPNEGO token with %s", list);
}

static void mechanisms_unknown(struct host_facts *f, const char *reason)
{
	fact_unknown(f, &f->mech_kerberos, reason);
	fact_unknown(f, &f->mech_ntlm, reason);
	fact_unknown(f, &f->mech_negoex, reason);
	fact_unknown(f, &f->mech_localkdc, reason);
}

static void mechanism_set(struct probe *p, struct fact *fact, bool offered, const struct spnego_init *init)
{
	fact_set(p->facts, fact, offered ? ANSWER_YES : ANSWER_NO, "SMB2 NEGOTIATE", offer_words(p, init));
}

// MS-SMB2 3.3.5.4: without a token the client is left to choose.
static void mechanisms_read(struct probe *p, struct span token)
{
	struct host_facts *f = p->facts;
	struct spnego_init init;
	if (token.len == 0) {
		mechanisms_unknown(f, "NEGOTIATE was answered without a SPNEGO token");
		return;
	}
	if (token.len > SPNEGO_TOKEN_LEN_MAX || spnego_init_decode(token, &init) != VERDICT_OK) {
		mechanisms_unknown(f, "the token in NEGOTIATE's answer is not of SPNEGO");
		return;
	}
	bool kerberos = offers(&init, SPNEGO_MECH_KRB5) || offers(&init, SPNEGO_MECH_MS_KRB5);
	mechanism_set(p, &f->mech_kerberos, kerberos, &init);
	mechanism_set(p, &f->mech_ntlm, offers(&init, SPNEGO_MECH_NTLMSSP), &init);
	mechanism_set(p, &f->mech_negoex, offers(&init, SPNEGO_MECH_NEGOEX), &init);
	mechanism_set(p, &f->mech_localkdc, offers_iakerb(&init), &init);
}

// --- CHALLENGE --------------------------------------------------------------------------------------------

static void name_take(
	struct host_facts *f, const struct ntlm_av_list *list, enum ntlm_av_id id, const char **out)
{
	const struct ntlm_av_pair *pair = ntlm_av_list_find(list, id);
	if (*out != NULL || pair == NULL || pair->value.len == 0 || pair->value.len > NAME_LEN_MAX)
		return;
	*out = utf16_to_utf8(f->arena, pair->value);
}

static void names_read(struct host_facts *f, const struct ntlm_challenge *m)
{
	struct ntlm_av_list list;
	if (ntlm_av_list_decode(m->target_info, &list) != VERDICT_OK)
		return;
	name_take(f, &list, MSV_AV_NB_COMPUTER_NAME, &f->netbios_name);
	name_take(f, &list, MSV_AV_NB_DOMAIN_NAME, &f->netbios_domain);
	name_take(f, &list, MSV_AV_DNS_COMPUTER_NAME, &f->dns_name);
	name_take(f, &list, MSV_AV_DNS_DOMAIN_NAME, &f->dns_domain);
}

static void challenge_read(struct probe *p, const struct ntlm_challenge *m)
{
	struct host_facts *f = p->facts;
	names_read(f, m);
	bool has_version = m->has_version && m->version.product_major_version != 0;
	if (has_version && f->os_version == NULL)
		f->os_version = probe_text(p, "%u.%u.%u", m->version.product_major_version,
			m->version.product_minor_version, m->version.product_build);
}

static const char *challenge_words(struct probe *p)
{
	const struct host_facts *f = p->facts;
	return probe_text(p, "STATUS_MORE_PROCESSING_REQUIRED with NTLM's CHALLENGE%s%s%s%s",
		f->netbios_name != NULL ? ", of " : "", f->netbios_name != NULL ? f->netbios_name : "",
		f->os_version != NULL ? ", version " : "", f->os_version != NULL ? f->os_version : "");
}

static void ntlm_ask(struct probe *p, struct client *c)
{
	static const char sent[] = "SMB2 SESSION_SETUP with NTLM's NEGOTIATE";
	struct host_facts *f = p->facts;
	struct nt_status status = STATUS(SUCCESS);
	struct ntlm_challenge m;
	struct span challenge;
	int rc = client_ask_challenge(c, &challenge, &status);
	bool more = nt_status_equal(status, STATUS(MORE_PROCESSING_REQUIRED));
	if (rc == 0 && more && ntlm_challenge_decode(challenge, &m) == VERDICT_OK) {
		challenge_read(p, &m);
		fact_set(f, &f->ntlm_accepted, ANSWER_YES, sent, challenge_words(p));
	} else if (rc == 0 && more) {
		// Perhaps the server asks for another mechanism (RFC 4178 4.2.2).
		fact_set(f, &f->ntlm_accepted, ANSWER_NO, sent,
			"STATUS_MORE_PROCESSING_REQUIRED without NTLM's CHALLENGE");
	} else if (rc == 0 && nt_status_is_error(status)) {
		fact_set(f, &f->ntlm_accepted, ANSWER_NO, sent, probe_outcome(p, rc, status));
	} else {
		fact_unknown(
			f, &f->ntlm_accepted, rc < 0 ? fault_words(rc) : "an answer that makes no sense");
	}
}

void probe_mechanisms(struct probe *p)
{
	const struct client_options o = probe_session_options(p);
	struct nt_status status;
	struct client *c;
	int rc = probe_connect(p, &o, &c, &status);
	if (rc < 0 || c == NULL) {
		const char *reason = probe_outcome(p, rc, status);
		mechanisms_unknown(p->facts, reason);
		fact_unknown(p->facts, &p->facts->ntlm_accepted, reason);
		return;
	}
	mechanisms_read(p, client_facts(c)->negotiate_token);
	ntlm_ask(p, c);
	client_free(c);
}
