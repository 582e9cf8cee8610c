// SPDX-License-Identifier: Apache-2.0
// What the elements of a create context chain carry (MS-SMB2 2.2.13.2.1 to .14, 2.2.14.2).
#include "wire/smb2/smb2_create_contexts.h"

enum {
	DURABLE_REQUEST_LEN = 16,
	DURABLE_RESPONSE_LEN = 8,
	DURABLE_V2_REQUEST_LEN = 32,
	DURABLE_V2_RECONNECT_LEN = 36,
	DURABLE_V2_RESPONSE_LEN = 8,
	MAXIMAL_ACCESS_RESPONSE_LEN = 8,
	APP_INSTANCE_ID_LEN = 20,
	APP_INSTANCE_VERSION_LEN = 24,
};

static struct reader exact_reader(struct span data, size_t len)
{
	struct reader r = reader_make(data);
	reader_require(&r, data.len == len, VERDICT_BAD_SIZE);
	return r;
}

enum verdict smb2_durable_reconnect_decode(struct span data, struct smb2_file_id *out)
{
	struct reader r = exact_reader(data, 16);
	struct smb2_file_id id = smb2_file_id_read(&r);
	if (reader_ok(&r))
		*out = id;
	return reader_verdict(&r);
}

enum verdict smb2_durable_v2_request_decode(struct span data, struct smb2_durable_v2_request *out)
{
	struct reader r = exact_reader(data, DURABLE_V2_REQUEST_LEN);
	struct smb2_durable_v2_request m = { 0 };
	m.timeout = reader_u32(&r);
	m.flags = reader_u32(&r);
	reader_skip(&r, 8);
	reader_copy(&r, m.create_guid, sizeof(m.create_guid));
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

enum verdict smb2_durable_v2_reconnect_decode(struct span data, struct smb2_durable_v2_reconnect *out)
{
	struct reader r = exact_reader(data, DURABLE_V2_RECONNECT_LEN);
	struct smb2_durable_v2_reconnect m = { 0 };
	m.file_id = smb2_file_id_read(&r);
	reader_copy(&r, m.create_guid, sizeof(m.create_guid));
	m.flags = reader_u32(&r);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

enum verdict smb2_durable_v2_response_decode(struct span data, struct smb2_durable_v2_response *out)
{
	struct reader r = exact_reader(data, DURABLE_V2_RESPONSE_LEN);
	uint32_t timeout = reader_u32(&r);
	uint32_t flags = reader_u32(&r);
	if (reader_ok(&r))
		*out = (struct smb2_durable_v2_response){ timeout, flags };
	return reader_verdict(&r);
}

static enum verdict u64_decode(struct span data, uint64_t *out)
{
	struct reader r = exact_reader(data, 8);
	uint64_t value = reader_u64(&r);
	if (reader_ok(&r))
		*out = value;
	return reader_verdict(&r);
}

enum verdict smb2_allocation_size_decode(struct span data, uint64_t *out)
{
	return u64_decode(data, out);
}

enum verdict smb2_timewarp_decode(struct span data, uint64_t *out)
{
	return u64_decode(data, out);
}

enum verdict smb2_maximal_access_request_decode(struct span data, uint64_t *timestamp)
{
	if (data.len != 0)
		return u64_decode(data, timestamp);
	*timestamp = 0;
	return VERDICT_OK;
}

enum verdict smb2_maximal_access_response_decode(struct span data, struct smb2_maximal_access_response *out)
{
	struct reader r = exact_reader(data, MAXIMAL_ACCESS_RESPONSE_LEN);
	struct smb2_maximal_access_response m;
	m.query_status.code = reader_u32(&r);
	m.maximal_access = reader_u32(&r);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

enum verdict smb2_on_disk_id_decode(struct span data, struct smb2_on_disk_id *out)
{
	struct reader r = exact_reader(data, SMB2_QFID_RESPONSE_LEN);
	uint64_t disk_file_id = reader_u64(&r);
	uint64_t volume_id = reader_u64(&r);
	if (reader_ok(&r))
		*out = (struct smb2_on_disk_id){ disk_file_id, volume_id };
	return reader_verdict(&r);
}

enum verdict smb2_lease_decode(struct span data, struct smb2_lease *out)
{
	struct reader r = reader_make(data);
	struct smb2_lease m = { .version = data.len == SMB2_LEASE_V2_LEN ? 2 : 1 };
	reader_require(&r, data.len == SMB2_LEASE_V1_LEN || data.len == SMB2_LEASE_V2_LEN, VERDICT_BAD_SIZE);
	reader_copy(&r, m.lease_key, sizeof(m.lease_key));
	m.lease_state = reader_u32(&r);
	m.lease_flags = reader_u32(&r);
	m.lease_duration = reader_u64(&r);
	if (m.version == 2) {
		reader_copy(&r, m.parent_lease_key, sizeof(m.parent_lease_key));
		m.epoch = reader_u16(&r);
	}
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

enum verdict smb2_app_instance_id_decode(struct span data, uint8_t out[SMB2_GUID_LEN])
{
	struct reader r = exact_reader(data, APP_INSTANCE_ID_LEN);
	uint16_t size = reader_u16(&r);
	reader_require(&r, size == APP_INSTANCE_ID_LEN, VERDICT_BAD_SIZE);
	reader_skip(&r, 2);
	uint8_t id[SMB2_GUID_LEN];
	reader_copy(&r, id, sizeof(id));
	if (reader_ok(&r))
		memcpy(out, id, sizeof(id));
	return reader_verdict(&r);
}

enum verdict smb2_app_instance_version_decode(struct span data, struct smb2_app_instance_version *out)
{
	struct reader r = exact_reader(data, APP_INSTANCE_VERSION_LEN);
	uint16_t size = reader_u16(&r);
	reader_require(&r, size == APP_INSTANCE_VERSION_LEN, VERDICT_BAD_SIZE);
	reader_skip(&r, 6);
	uint64_t high = reader_u64(&r);
	uint64_t low = reader_u64(&r);
	if (reader_ok(&r))
		*out = (struct smb2_app_instance_version){ high, low };
	return reader_verdict(&r);
}

// The fixed-size elements are put together here before they go into the chain.
struct element {
	uint8_t bytes[SMB2_LEASE_V2_LEN];
	struct writer w;
};

static struct writer *element_start(struct element *e)
{
	e->w = writer_make(e->bytes, sizeof(e->bytes));
	return &e->w;
}

static void element_add(
	struct smb2_create_context_builder *b, enum smb2_create_context_kind kind, const struct element *e)
{
	smb2_create_context_add(b, kind, writer_since(&e->w, 0));
}

void smb2_create_context_add_file_id(struct smb2_create_context_builder *b, struct smb2_file_id id)
{
	struct element e;
	smb2_file_id_write(element_start(&e), id);
	element_add(b, SMB2_CREATE_DHNC, &e);
}

void smb2_create_context_add_durable_request(struct smb2_create_context_builder *b)
{
	struct element e;
	writer_zeros(element_start(&e), DURABLE_REQUEST_LEN);
	element_add(b, SMB2_CREATE_DHNQ, &e);
}

void smb2_create_context_add_durable_response(struct smb2_create_context_builder *b)
{
	struct element e;
	writer_zeros(element_start(&e), DURABLE_RESPONSE_LEN);
	element_add(b, SMB2_CREATE_DHNQ, &e);
}

void smb2_create_context_add_durable_v2_request(
	struct smb2_create_context_builder *b, const struct smb2_durable_v2_request *m)
{
	struct element e;
	struct writer *w = element_start(&e);
	writer_u32(w, m->timeout);
	writer_u32(w, m->flags);
	writer_u64(w, 0);
	writer_bytes(w, m->create_guid, sizeof(m->create_guid));
	element_add(b, SMB2_CREATE_DH2Q, &e);
}

void smb2_create_context_add_durable_v2_reconnect(
	struct smb2_create_context_builder *b, const struct smb2_durable_v2_reconnect *m)
{
	struct element e;
	struct writer *w = element_start(&e);
	smb2_file_id_write(w, m->file_id);
	writer_bytes(w, m->create_guid, sizeof(m->create_guid));
	writer_u32(w, m->flags);
	element_add(b, SMB2_CREATE_DH2C, &e);
}

void smb2_create_context_add_durable_v2_response(
	struct smb2_create_context_builder *b, const struct smb2_durable_v2_response *m)
{
	struct element e;
	struct writer *w = element_start(&e);
	writer_u32(w, m->timeout);
	writer_u32(w, m->flags);
	element_add(b, SMB2_CREATE_DH2Q, &e);
}

void smb2_create_context_add_u64(
	struct smb2_create_context_builder *b, enum smb2_create_context_kind kind, uint64_t v)
{
	struct element e;
	writer_u64(element_start(&e), v);
	element_add(b, kind, &e);
}

void smb2_create_context_add_maximal_access(
	struct smb2_create_context_builder *b, const struct smb2_maximal_access_response *m)
{
	struct element e;
	struct writer *w = element_start(&e);
	writer_u32(w, m->query_status.code);
	writer_u32(w, m->maximal_access);
	element_add(b, SMB2_CREATE_MXAC, &e);
}

void smb2_create_context_add_on_disk_id(
	struct smb2_create_context_builder *b, const struct smb2_on_disk_id *m)
{
	struct element e;
	struct writer *w = element_start(&e);
	writer_u64(w, m->disk_file_id);
	writer_u64(w, m->volume_id);
	writer_zeros(w, 16);
	element_add(b, SMB2_CREATE_QFID, &e);
}

void smb2_create_context_add_lease(struct smb2_create_context_builder *b, const struct smb2_lease *m)
{
	struct element e;
	struct writer *w = element_start(&e);
	writer_bytes(w, m->lease_key, sizeof(m->lease_key));
	writer_u32(w, m->lease_state);
	writer_u32(w, m->lease_flags);
	writer_u64(w, m->lease_duration);
	if (m->version == 2) {
		writer_bytes(w, m->parent_lease_key, sizeof(m->parent_lease_key));
		writer_u16(w, m->epoch);
		writer_u16(w, 0);
	}
	element_add(b, SMB2_CREATE_RQLS, &e);
}

void smb2_create_context_add_app_instance_id(
	struct smb2_create_context_builder *b, const uint8_t id[SMB2_GUID_LEN])
{
	struct element e;
	struct writer *w = element_start(&e);
	writer_u16(w, APP_INSTANCE_ID_LEN);
	writer_u16(w, 0);
	writer_bytes(w, id, SMB2_GUID_LEN);
	element_add(b, SMB2_CREATE_APP_INSTANCE_ID, &e);
}

void smb2_create_context_add_app_instance_version(
	struct smb2_create_context_builder *b, const struct smb2_app_instance_version *m)
{
	struct element e;
	struct writer *w = element_start(&e);
	writer_u16(w, APP_INSTANCE_VERSION_LEN);
	writer_zeros(w, 6);
	writer_u64(w, m->version_high);
	writer_u64(w, m->version_low);
	element_add(b, SMB2_CREATE_APP_INSTANCE_VERSION, &e);
}
