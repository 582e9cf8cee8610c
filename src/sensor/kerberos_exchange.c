// SPDX-License-Identifier: Apache-2.0
#include "sensor/fingerprint.h"
#include "sensor/kerberos_exchange.h"

#include <stdio.h>
#include <string.h>

#include "sensor/auth_text.h"
#include "sensor/kerberos_error.h"

bool kdc_message_is_request(const struct kdc_message *m)
{
	return m->type == KDC_AS_REQ || m->type == KDC_TGS_REQ;
}

// Names with commas between; numbers of those without one.
static void put_encryptions(const struct kdc_message *m, char out[KERBEROS_ENCRYPTIONS_LEN_MAX])
{
	size_t at = 0;
	out[0] = '\0';
	for (unsigned int i = 0; i < m->encryption_count; i++) {
		char number[16];
		const char *name = kerberos_encryption_name(m->encryptions[i]);
		(void)snprintf(number, sizeof(number), "%d", m->encryptions[i]);
		const char *shown = strcmp(name, "unknown") == 0 ? number : name;
		size_t len = strlen(shown) + (i > 0);
		if (at + len >= KERBEROS_ENCRYPTIONS_LEN_MAX)
			return;
		if (i > 0)
			out[at++] = ',';
		memcpy(out + at, shown, strlen(shown) + 1);
		at += strlen(shown);
	}
}

void kerberos_request_keep(struct kerberos_request *r, const struct kdc_message *m, uint64_t packet)
{
	r->seen = true;
	r->preauthenticated = m->preauthenticated;
	r->type = m->type;
	r->packet = packet;
	auth_text_join(m->client.components, m->client.count, r->client);
	auth_text_join(m->service.components, m->service.count, r->service);
	auth_text_of_ascii(m->realm, r->realm);
	put_encryptions(m, r->encryptions);
}

// The texts of an event.
struct answer {
	char client[AUTH_WATCH_NAME_LEN_MAX];
	char client_realm[AUTH_WATCH_NAME_LEN_MAX];
	char principal[2 * AUTH_WATCH_NAME_LEN_MAX];
	char service[AUTH_WATCH_NAME_LEN_MAX];
	char realm[AUTH_WATCH_NAME_LEN_MAX];
	struct flow_names names;
	struct event_connection connection;
	struct event_session session;
	struct event_auth auth;
	struct event_wire wire;
};

static const char *or_null(const char *text)
{
	return text == NULL || text[0] == '\0' ? NULL : text;
}

// Errors need not say who asked; the request did, except for a TGS-REQ.
static void fill_names(struct answer *a, const struct kerberos_request *r, const struct kdc_message *m)
{
	auth_text_join(m->client.components, m->client.count, a->client);
	auth_text_of_ascii(m->client_realm, a->client_realm);
	auth_text_join(m->service.components, m->service.count, a->service);
	auth_text_of_ascii(m->realm, a->realm);
	if (a->client[0] == '\0' && r->seen)
		memcpy(a->client, r->client, sizeof(a->client));
	if (a->client_realm[0] == '\0' && r->seen && r->type == KDC_AS_REQ)
		memcpy(a->client_realm, r->realm, sizeof(a->client_realm));
	if (a->service[0] == '\0' && r->seen)
		memcpy(a->service, r->service, sizeof(a->service));
	if (a->client[0] != '\0')
		(void)snprintf(a->principal, sizeof(a->principal), "%s@%s", a->client, a->client_realm);
}

static bool is_anonymous(const char *client)
{
	return strcmp(client, "WELLKNOWN/ANONYMOUS") == 0; // RFC 8062 3
}

static void fill_auth(struct answer *a, const struct kerberos_request *r, const struct kdc_message *m)
{
	a->auth.service = or_null(a->service);
	a->auth.realm = or_null(a->realm);
	a->auth.protocol = "kerberos";
	a->auth.anonymous = is_anonymous(a->client);
	if (m->type == KDC_ERROR) {
		a->auth.ticket_encryption = r->seen ? or_null(r->encryptions) : NULL;
		return;
	}
	a->auth.ticket_encryption = kerberos_encryption_name(m->ticket_encryption);
	a->auth.ticket_hash = fingerprint_of(m->ticket);
}

static void fill_session(struct answer *a)
{
	a->session = (struct event_session){
		.account = or_null(a->client),
		.domain = or_null(a->client_realm),
		.mechanism = "kerberos",
		.principal = or_null(a->principal),
		.service = or_null(a->service),
		.ticket_encryption = a->auth.ticket_encryption,
	};
}

static void fill_place(struct answer *a, const struct sensor_emitter *e, const struct kerberos_place *at,
	uint64_t first_packet)
{
	a->connection.id = at->flow;
	flow_names_fill(&a->names, &a->connection, at->client, at->server);
	a->wire = (struct event_wire){
		.flow = at->flow,
		.packet = at->packet,
		.first_packet = first_packet,
		.midstream = at->midstream,
		.capture = e->capture,
	};
}

static void judge_error(struct event *e, int32_t code)
{
	const struct kerberos_error *error = kerberos_error_find(code);
	bool goes_on = nt_status_equal(error->status, STATUS(MORE_PROCESSING_REQUIRED));
	e->detail = "krb_error";
	e->reason = error->reason;
	e->status = error->status;
	e->result = goes_on ? EVENT_NO_RESULT : EVENT_FAILURE;
}

static void judge(struct event *e, const struct kerberos_request *r, const struct kdc_message *m)
{
	if (m->type == KDC_ERROR) {
		judge_error(e, m->error_code);
		return;
	}
	e->detail = m->type == KDC_AS_REP ? "as_rep" : "tgs_rep";
	e->result = EVENT_SUCCESS;
	if (m->type == KDC_AS_REP && r->seen && r->type == KDC_AS_REQ && !r->preauthenticated)
		e->reason = "no_preauth";
}

void kerberos_answer_tell(struct sensor_emitter *e, const struct kerberos_place *at,
	const struct kerberos_request *r, const struct kdc_message *m)
{
	struct answer a = { .client = "" };
	fill_names(&a, r, m);
	fill_auth(&a, r, m);
	fill_session(&a);
	fill_place(&a, e, at, r->seen ? r->packet : 0);
	struct event event = {
		.kind = EVENT_AUTH,
		.connection = &a.connection,
		.session = &a.session,
		.auth = &a.auth,
		.wire = &a.wire,
	};
	judge(&event, r, m);
	emitter_emit(e, &event, at->time_us);
}

void kerberos_malformed_tell(struct sensor_emitter *e, const struct kerberos_place *at)
{
	struct answer a = { .client = "" };
	fill_place(&a, e, at, 0);
	struct event event = {
		.kind = EVENT_ANOMALY,
		.reason = "malformed_kerberos",
		.connection = &a.connection,
		.wire = &a.wire,
	};
	emitter_emit(e, &event, at->time_us);
}
