// SPDX-License-Identifier: Apache-2.0
// The extended attributes that other programs may have written: DOSATTRIB and NTACL. What one of them
// decodes to must also survive being written and read again.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "storage/dos_attributes.h"
#include "storage/nt_acl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void try_dos_attributes(struct span blob)
{
	uint32_t attributes, again;
	uint64_t create_time, time_again;
	uint8_t buf[64];
	struct writer w = writer_make(buf, sizeof(buf));
	if (dos_attributes_decode(blob, &attributes, &create_time) != VERDICT_OK)
		return;
	dos_attributes_encode(&w, attributes, create_time);
	require(writer_ok(&w));
	require(dos_attributes_decode(writer_since(&w, 0), &again, &time_again) == VERDICT_OK);
	require(again == attributes && time_again == create_time);
}

// blob_room: bytes for a blob that holds any descriptor decoded from an input of this size.
static void try_nt_acl(struct span blob, size_t blob_room)
{
	uint8_t *sd = malloc(blob_room);
	uint8_t *encoded = malloc(blob_room);
	uint8_t *again = malloc(blob_room);
	require(sd && encoded && again);
	struct writer w = writer_make(sd, blob.len);
	struct writer e = writer_make(encoded, blob_room);
	struct writer d = writer_make(again, blob_room);
	// Misaligned parts are read but not written.
	if (nt_acl_decode(blob, &w) == VERDICT_OK && nt_acl_encode(&e, writer_since(&w, 0)) == VERDICT_OK) {
		require(nt_acl_decode(writer_since(&e, 0), &d) == VERDICT_OK);
		require(span_equal(writer_since(&w, 0), writer_since(&d, 0)));
	}
	free(sd);
	free(encoded);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span blob = span_make(data, size);
	try_dos_attributes(blob);
	try_nt_acl(blob, size + NT_ACL_OVERHEAD);
	return 0;
}
