// SPDX-License-Identifier: Apache-2.0
// SMB's extended attributes (MS-FSCC 2.4.16) as user.<name> on the file, as Samba does with
// "ea support = yes": the name keeps its case and is matched without regard to it; an empty value
// removes. What we and Samba keep in user.* for other ends is neither shown nor settable here.
//
// fd may be O_PATH. Setting is look-up then write: the caller holds a mutex of the file.
// Errors: -ENODATA no such attribute; -EINVAL a name that is not valid or not to be touched
// (INVALID_EA_NAME); -ENOSPC it does not fit (EA_TOO_LARGE or DISK_FULL); -ENOTSUP
// (EAS_NOT_SUPPORTED); other negative errno.
#ifndef SIGNET_STORAGE_EXTENDED_ATTRIBUTES_H
#define SIGNET_STORAGE_EXTENDED_ATTRIBUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/span.h"
#include "wire/fscc/ea_list.h"

// Bytes of a name: XATTR_NAME_MAX less "user."; FILE_FULL_EA_INFORMATION would take 255.
#define EA_NAME_MAX 250u
// EaValueLength is 16 bits.
#define EA_VALUE_MAX 65535u
// Of all values listed of one file, bytes; what is beyond is left out. Entries: EA_LIST_MAX.
#define EA_LIST_BYTES_MAX (1024u * 1024u)

// Whether a client may use the name: as MS-FSCC 2.4.16 (ea_name_valid), not longer than EA_NAME_MAX, and
// not one of those kept for ourselves.
bool extended_attribute_name_ok(const char *name);

// In the arena, flags 0, no empty values: ready for ea_list_encode and ea_list_ea_size. An empty list
// where the file system has no user attributes.
int extended_attribute_list(int fd, struct arena *a, struct ea_list *out) WARN_UNUSED;
// out->name is as stored.
int extended_attribute_get(int fd, const char *name, struct arena *a, struct ea *out) WARN_UNUSED;
// An empty value removes; removing what is not there succeeds.
int extended_attribute_set(int fd, const char *name, struct span value) WARN_UNUSED;
// Removes all of them (overwriting or superseding a file does).
int extended_attribute_remove_all(int fd) WARN_UNUSED;

#endif
