// SPDX-License-Identifier: Apache-2.0
#include "audit/probes/share_root.h"

#include "client/client_send.h"
#include "wire/smb2/smb2_create_contexts.h"

enum { CONTEXTS_LEN_MAX = 64 };

bool share_root_connect(struct share_root *r, struct exposure *e, const char *share)
{
	struct nt_status status = STATUS(SUCCESS);
	*r = (struct share_root){ .e = e, .share = share, .connect_received = e->received };
	if (!exposure_session(e)) {
		r->answered = e->refused;
		r->connect_received = e->received;
		return false;
	}
	int rc = client_tree_connect_full(e->client, share, &r->tree_id, &r->tree, &status);
	r->answered = exposure_answered(e, rc);
	r->connected = r->answered && nt_status_ok(status);
	r->connect_received = exposure_words(e, rc, status);
	if (r->connected)
		r->connect_received =
			exposure_text(e, "STATUS_SUCCESS, MaximalAccess 0x%08X, share flags 0x%08X",
				r->tree.maximal_access, r->tree.share_flags);
	return r->connected;
}

void share_root_disconnect(struct share_root *r)
{
	struct nt_status status;
	if (!r->connected || r->e->client == NULL || client_fault(r->e->client) != 0)
		return;
	int rc = client_tree_disconnect(r->e->client, r->tree_id, &status);
	(void)rc; // the connection's end disconnects it, too
	r->connected = false;
}

static struct span maximal_access_question(uint8_t *bytes)
{
	struct writer w = writer_make(bytes, CONTEXTS_LEN_MAX);
	struct smb2_create_context_builder b = smb2_create_context_builder_make(&w);
	smb2_create_context_add(&b, SMB2_CREATE_MXAC, span_make(NULL, 0));
	return writer_since(&w, 0);
}

// FILE_OPEN alone: what is not there is not made. Shared with everybody, without an oplock: nobody else's
// use of it is disturbed.
static int root_create(
	struct share_root *r, uint32_t access, struct smb2_create_response *out, struct nt_status *status)
{
	uint8_t contexts[CONTEXTS_LEN_MAX];
	struct smb2_create_request m = client_open_request(span_make("", 0));
	m.desired_access = access;
	m.create_options = FILE_DIRECTORY_FILE;
	m.create_contexts = maximal_access_question(contexts);
	return client_create(r->e->client, r->tree_id, &m, out, status);
}

static void maximal_access_take(const struct share_root *r, struct span chain, struct root_open *o)
{
	struct smb2_create_contexts contexts = { 0 };
	struct smb2_maximal_access_response m = { 0 };
	if (smb2_create_contexts_find(chain, &contexts) != VERDICT_OK ||
		!smb2_create_contexts_has(&contexts, SMB2_CREATE_MXAC) ||
		smb2_maximal_access_response_decode(contexts.data[SMB2_CREATE_MXAC], &m) != VERDICT_OK ||
		!nt_status_ok(m.query_status))
		return;
	o->has_maximal_access = true;
	o->maximal_access = m.maximal_access & r->tree.maximal_access;
}

static void root_close(struct share_root *r, struct smb2_file_id id)
{
	struct nt_status status;
	if (client_fault(r->e->client) != 0)
		return;
	int rc = client_close(r->e->client, r->tree_id, id, &status);
	(void)rc; // the connection's end closes it, too
}

struct root_open share_root_try(struct share_root *r, uint32_t access)
{
	struct root_open o = { 0 };
	struct nt_status status = STATUS(SUCCESS);
	struct smb2_create_response out = { 0 };
	o.sent = exposure_text(
		r->e, "CREATE of the root of %s with access 0x%08X %s", r->share, access, r->e->as);
	int rc = root_create(r, access, &out, &status);
	o.answered = exposure_answered(r->e, rc);
	o.open = o.answered && nt_status_ok(status);
	o.received = exposure_words(r->e, rc, status);
	if (!o.open)
		return o;
	maximal_access_take(r, out.create_contexts, &o);
	if (o.has_maximal_access)
		o.received = exposure_text(r->e, "STATUS_SUCCESS, maximal access 0x%08X", o.maximal_access);
	root_close(r, out.file_id);
	return o;
}

static bool descriptor_query(
	struct share_root *r, struct smb2_file_id id, struct arena *a, struct security_descriptor *out)
{
	struct span bytes = { 0 };
	struct nt_status status = STATUS(SUCCESS);
	const struct smb2_query_info_request m = {
		.info_type = SMB2_0_INFO_SECURITY,
		.output_buffer_length = SECURITY_DESCRIPTOR_LEN_MAX,
		.additional_information = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
		.file_id = id,
	};
	int rc = client_query_info(r->e->client, r->tree_id, &m, &bytes, &status);
	return exposure_answered(r->e, rc) && nt_status_ok(status) &&
	       security_descriptor_decode(bytes, a, out) == VERDICT_OK;
}

bool share_root_descriptor(struct share_root *r, struct arena *a, struct security_descriptor *out)
{
	struct nt_status status = STATUS(SUCCESS);
	struct smb2_create_response created = { 0 };
	int rc = root_create(r, ACCESS_READ_CONTROL | FILE_READ_ATTRIBUTES, &created, &status);
	if (!exposure_answered(r->e, rc) || !nt_status_ok(status))
		return false;
	bool told = descriptor_query(r, created.file_id, a, out);
	root_close(r, created.file_id);
	return told;
}
