// SPDX-License-Identifier: Apache-2.0
// What a peer may put into a frame: length, then a chain of messages in either direction, or a
// transform header. Whatever decodes must encode again, and to something that decodes.
#include <stdlib.h>

#include "wire/smb2/frame.h"
#include "wire/smb2/smb2_command.h"
#include "wire/smb2/smb2_compound.h"
#include "wire/smb2/smb2_create_contexts.h"
#include "wire/smb2/smb2_ioctl_payloads.h"
#include "wire/smb2/smb2_negotiate_contexts.h"
#include "wire/smb2/smb2_transform.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t encoded[1 << 21];

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void try_create_contexts(struct span chain)
{
	struct smb2_create_contexts c;
	if (smb2_create_contexts_find(chain, &c) != VERDICT_OK)
		return;
	struct smb2_lease lease;
	struct smb2_durable_v2_request durable;
	struct smb2_app_instance_version version;
	(void)!smb2_lease_decode(c.data[SMB2_CREATE_RQLS], &lease);
	(void)!smb2_durable_v2_request_decode(c.data[SMB2_CREATE_DH2Q], &durable);
	(void)!smb2_app_instance_version_decode(c.data[SMB2_CREATE_APP_INSTANCE_VERSION], &version);
}

static void try_negotiate_contexts(struct span list, uint16_t count)
{
	struct smb2_negotiate_contexts c;
	if (smb2_negotiate_contexts_decode(list, count, &c) != VERDICT_OK)
		return;
	struct writer w = writer_make(encoded, sizeof(encoded));
	uint16_t written = smb2_negotiate_contexts_encode(&w, &c);
	require(writer_ok(&w) && written <= count);
	require(smb2_negotiate_contexts_decode(writer_since(&w, 0), written, &c) == VERDICT_OK);
}

static void try_ioctl(const struct smb2_ioctl_request *m)
{
	struct smb2_validate_negotiate_request validate;
	struct smb2_copychunk_request copy;
	struct fsctl_pipe_wait_request wait;
	(void)!smb2_validate_negotiate_request_decode(m->input, &validate);
	(void)!fsctl_pipe_wait_request_decode(m->input, &wait);
	if (smb2_copychunk_request_decode(m->input, &copy) != VERDICT_OK)
		return;
	for (uint32_t i = 0; i < copy.chunk_count; i++)
		(void)smb2_copychunk_at(&copy, i);
}

static void try_interfaces(struct span output)
{
	struct smb2_network_interface interface;
	while (output.len != 0 && smb2_network_interface_next(&output, &interface) == VERDICT_OK)
		continue;
}

static void try_request(struct span message, const struct smb2_header *h)
{
	union smb2_request request;
	struct smb2_file_id id;
	(void)!smb2_request_file_id(message, h, &id);
	if (smb2_request_decode(message, h, &request) != VERDICT_OK)
		return;
	require(smb2_request_size_check(message, h) == VERDICT_OK);
	if (h->command == SMB2_CREATE)
		try_create_contexts(request.create.create_contexts);
	if (h->command == SMB2_NEGOTIATE)
		try_negotiate_contexts(
			request.negotiate.negotiate_contexts, request.negotiate.negotiate_context_count);
	if (h->command == SMB2_IOCTL)
		try_ioctl(&request.ioctl);
	for (uint16_t i = 0; h->command == SMB2_LOCK && i < request.lock.lock_count; i++)
		(void)smb2_lock_element_at(&request.lock, i);
	struct writer w = writer_make(encoded, sizeof(encoded));
	smb2_header_encode(&w, h);
	smb2_request_encode(&w, h->command, &request);
	if (writer_ok(&w))
		require(smb2_request_decode(writer_since(&w, 0), h, &request) == VERDICT_OK);
}

static void try_response(struct span message, const struct smb2_header *h)
{
	union smb2_response response;
	bool is_error = false;
	if (smb2_response_decode(message, h, &response, &is_error) != VERDICT_OK)
		return;
	if (is_error) {
		struct smb2_symlink_error link;
		(void)!smb2_symlink_error_decode(response.error.error_data, &link);
		return;
	}
	if (h->command == SMB2_CREATE)
		try_create_contexts(response.create.create_contexts);
	if (h->command == SMB2_NEGOTIATE)
		try_negotiate_contexts(
			response.negotiate.negotiate_contexts, response.negotiate.negotiate_context_count);
	if (h->command == SMB2_IOCTL) {
		struct smb2_validate_negotiate_response validate;
		(void)!smb2_validate_negotiate_response_decode(response.ioctl.output, &validate);
		try_interfaces(response.ioctl.output);
	}
	struct writer w = writer_make(encoded, sizeof(encoded));
	smb2_header_encode(&w, h);
	smb2_response_encode(&w, h->command, &response);
	if (writer_ok(&w))
		require(smb2_response_decode(writer_since(&w, 0), h, &response, &is_error) == VERDICT_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = span_make(data, size);
	uint32_t len;
	if (frame_header_decode(input, &len) != VERDICT_OK)
		return 0;
	// The length itself is the connection's to wait for: whatever is there is the frame.
	struct span frame = span_make(data + FRAME_HEADER_LEN, size - FRAME_HEADER_LEN);
	struct smb2_transform_header transform;
	struct smb2_compression_header compression;
	(void)!smb2_transform_header_decode(frame, &transform);
	(void)!smb2_compression_header_decode(frame, &compression);
	struct smb2_compound c = smb2_compound_make(frame);
	struct span message;
	struct smb2_header h;
	while (smb2_compound_next(&c, &message, &h)) {
		try_request(message, &h);
		try_response(message, &h);
	}
	return 0;
}
