// SPDX-License-Identifier: Apache-2.0
// Access control lists (MS-DTYP 2.4.4, 2.4.5) in memory. Lists and what they point to live in an arena.
// Not thread-safe while being built; afterwards read-only.
#ifndef SIGNET_WIRE_DTYP_ACL_H
#define SIGNET_WIRE_DTYP_ACL_H

#include "base/arena.h"
#include "base/reader.h"
#include "base/writer.h"
#include "wire/dtyp/sid.h"

enum ace_type {
	ACE_ACCESS_ALLOWED = 0x00,
	ACE_ACCESS_DENIED = 0x01,
	ACE_SYSTEM_AUDIT = 0x02,
	ACE_SYSTEM_ALARM = 0x03,
	ACE_ACCESS_ALLOWED_OBJECT = 0x05,
	ACE_ACCESS_DENIED_OBJECT = 0x06,
	ACE_SYSTEM_AUDIT_OBJECT = 0x07,
	ACE_ACCESS_ALLOWED_CALLBACK = 0x09,
	ACE_ACCESS_DENIED_CALLBACK = 0x0A,
	ACE_ACCESS_ALLOWED_CALLBACK_OBJECT = 0x0B,
	ACE_ACCESS_DENIED_CALLBACK_OBJECT = 0x0C,
	ACE_SYSTEM_AUDIT_CALLBACK = 0x0D,
	ACE_SYSTEM_AUDIT_CALLBACK_OBJECT = 0x0F,
	ACE_SYSTEM_MANDATORY_LABEL = 0x11,
	ACE_SYSTEM_RESOURCE_ATTRIBUTE = 0x12,
	ACE_SYSTEM_SCOPED_POLICY_ID = 0x13,
};

enum ace_flags {
	ACE_OBJECT_INHERIT = 0x01,
	ACE_CONTAINER_INHERIT = 0x02,
	ACE_NO_PROPAGATE_INHERIT = 0x04,
	ACE_INHERIT_ONLY = 0x08,
	ACE_INHERITED = 0x10,
	ACE_SUCCESSFUL_ACCESS = 0x40,
	ACE_FAILED_ACCESS = 0x80,
};

enum {
	ACL_REVISION = 2,
	ACL_REVISION_DS = 4, // has object ACEs
	ACL_LEN_MAX = 65535, // its size field has 16 bits
	ACL_HEADER_LEN = 8,
	ACE_HEADER_LEN = 4,
};

// mask and sid are filled for every type that ace_type_has_sid(); what else a type carries (object
// GUIDs, a condition, a label's padding) is kept in `before` and `after` the SID, so that any ACE
// can be written back as it came. Types this program does not know: all of the body is in `after`.
struct ace {
	uint8_t type;
	uint8_t flags;
	uint32_t mask;
	struct sid sid;
	struct span before; // object ACEs: flags and GUIDs, between mask and SID
	struct span after;  // application data after the SID
};

struct acl {
	uint8_t revision;
	size_t count;
	size_t capacity;
	size_t len; // bytes of the ACEs on the wire, kept by acl_add
	struct ace *aces;
};

bool ace_type_has_sid(uint8_t type);
bool ace_type_is_object(uint8_t type);
// Bytes on the wire.
size_t ace_len(const struct ace *ace);
size_t acl_len(const struct acl *acl);

// An empty list with revision 2; NULL when memory is out.
struct acl *acl_new(struct arena *a) WARN_UNUSED;
// Appends a copy of *ace (its spans are borrowed). false: memory is out, or the list would exceed
// ACL_LEN_MAX.
bool acl_add(struct acl *acl, struct arena *a, const struct ace *ace) WARN_UNUSED;
bool acl_add_simple(struct acl *acl, struct arena *a, uint8_t type, uint8_t flags, uint32_t mask,
	const struct sid *sid) WARN_UNUSED;

// Reads an ACL at the cursor and moves it behind AclSize. NULL when the reader failed or memory is
// out (then the verdict is VERDICT_TOO_LONG). Everything is copied to the arena.
struct acl *reader_acl(struct reader *r, struct arena *a) WARN_UNUSED;
void writer_acl(struct writer *w, const struct acl *acl);

#endif
