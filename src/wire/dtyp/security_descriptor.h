// SPDX-License-Identifier: Apache-2.0
// Security descriptors (MS-DTYP 2.4.6): decoded from and encoded to the self-relative form, and the
// model that lets one select and replace parts by SECURITY_INFORMATION (MS-DTYP 2.4.7).
//
// A descriptor is a small value that borrows its parts; parts live in an arena and are never
// changed once they are in a descriptor, so copies may share them.
#ifndef SIGNET_WIRE_DTYP_SECURITY_DESCRIPTOR_H
#define SIGNET_WIRE_DTYP_SECURITY_DESCRIPTOR_H

#include "base/arena.h"
#include "base/reader.h"
#include "base/writer.h"
#include "wire/dtyp/access_mask.h"
#include "wire/dtyp/acl.h"

enum sd_control {
	SD_OWNER_DEFAULTED = 0x0001,
	SD_GROUP_DEFAULTED = 0x0002,
	SD_DACL_PRESENT = 0x0004,
	SD_DACL_DEFAULTED = 0x0008,
	SD_SACL_PRESENT = 0x0010,
	SD_SACL_DEFAULTED = 0x0020,
	SD_DACL_TRUSTED = 0x0040,
	SD_SERVER_SECURITY = 0x0080,
	SD_DACL_AUTO_INHERIT_REQ = 0x0100,
	SD_SACL_AUTO_INHERIT_REQ = 0x0200,
	SD_DACL_AUTO_INHERITED = 0x0400,
	SD_SACL_AUTO_INHERITED = 0x0800,
	SD_DACL_PROTECTED = 0x1000,
	SD_SACL_PROTECTED = 0x2000,
	SD_RM_CONTROL_VALID = 0x4000,
	SD_SELF_RELATIVE = 0x8000,
};

// MS-DTYP 2.4.7, MS-SMB2 2.2.37 AdditionalInformation.
#define SECURITY_INFO_OWNER 0x00000001u
#define SECURITY_INFO_GROUP 0x00000002u
#define SECURITY_INFO_DACL 0x00000004u
#define SECURITY_INFO_SACL 0x00000008u
#define SECURITY_INFO_LABEL 0x00000010u
#define SECURITY_INFO_ATTRIBUTE 0x00000020u
#define SECURITY_INFO_SCOPE 0x00000040u
#define SECURITY_INFO_BACKUP 0x00010000u
#define SECURITY_INFO_UNPROTECTED_SACL 0x10000000u
#define SECURITY_INFO_UNPROTECTED_DACL 0x20000000u
#define SECURITY_INFO_PROTECTED_SACL 0x40000000u
#define SECURITY_INFO_PROTECTED_DACL 0x80000000u

enum {
	SECURITY_DESCRIPTOR_LEN_MAX = 65536,
	SECURITY_DESCRIPTOR_HEADER_LEN = 20,
};

// A DACL is absent (SD_DACL_PRESENT clear), NULL (present, pointer NULL: everyone everything) or a
// list, which may be empty (nobody anything). The same for the SACL.
struct security_descriptor {
	uint16_t control; // SD_SELF_RELATIVE is the encoder's, ignored here
	const struct sid *owner;
	const struct sid *group;
	const struct acl *dacl;
	const struct acl *sacl;
};

// Everything is copied to the arena. Parts may overlap each other and lie in any order, as Windows
// takes it, but none may reach outside or into the header. Too large or no memory: VERDICT_TOO_LONG.
enum verdict security_descriptor_decode(
	struct span bytes, struct arena *a, struct security_descriptor *out) WARN_UNUSED;
// Bytes of the self-relative form.
size_t security_descriptor_len(const struct security_descriptor *sd);
// Overflow is the writer's.
void security_descriptor_encode(const struct security_descriptor *sd, struct writer *w);

// The parts asked for, with the control bits that go with them: the answer to a query. Labels, resource
// attributes and scopes are part of the SACL here and come with it only, never for their own bits.
struct security_descriptor security_descriptor_select(
	const struct security_descriptor *sd, uint32_t security_information);
// current with the parts of given that security_information names: what a set stores. Generic rights
// are mapped, AUTO_INHERITED stays only where it was also requested, as NTFS does (MS-DTYP 2.5.3.4.2).
// false when memory is out. Whether the caller may do so is checked by others before.
bool security_descriptor_merge(const struct security_descriptor *current,
	const struct security_descriptor *given, uint32_t security_information,
	const struct generic_mapping *mapping, struct arena *a, struct security_descriptor *out) WARN_UNUSED;
// A copy that shares nothing with sd; false when memory is out.
bool security_descriptor_copy(
	const struct security_descriptor *sd, struct arena *a, struct security_descriptor *out) WARN_UNUSED;
bool security_descriptor_equal(const struct security_descriptor *a, const struct security_descriptor *b);

#endif
