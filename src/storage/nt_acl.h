// SPDX-License-Identifier: Apache-2.0
// The file's Windows security descriptor, kept as Samba's vfs_acl_xattr keeps it: NDR xattr_NTACL in
// security.NTACL, or user.NTACL where this process lacks the right to write the former
// ("acl_xattr:security_acl_name = user.NTACL" makes Samba use that one).
//
// Here it is bytes: a self-relative SECURITY_DESCRIPTOR (MS-DTYP 2.4.6); the codec is wire/dtyp.
// fd may be O_PATH. Whoever may write the file on the Unix side may also write user.NTACL, and so
// grant to others over SMB what he himself has; security.NTACL takes CAP_SYS_ADMIN.
#ifndef SIGNET_STORAGE_NT_ACL_H
#define SIGNET_STORAGE_NT_ACL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/reader.h"
#include "base/span.h"
#include "base/writer.h"
#include "wire/dtyp/sid.h"

enum nt_acl_place {
	NT_ACL_IN_SECURITY, // security.NTACL
	NT_ACL_IN_USER,     // user.NTACL
};

// Limits: the descriptor alone (MS-DTYP lets an ACL have 64 KiB; the attribute holds 64 KiB in all).
#define NT_ACL_SD_MAX 65000u
// Bytes that the form adds before a descriptor, at most, as written here.
#define NT_ACL_OVERHEAD 8u

// Where this process can keep descriptors: IN_SECURITY with CAP_SYS_ADMIN effective in the initial user
// namespace's sense of the file system under dir_fd. Tells by trying on dir_fd without leaving a trace.
enum nt_acl_place nt_acl_place_of(int dir_fd);
const char *nt_acl_xattr_name(enum nt_acl_place place);

// The stored descriptor, in the arena. Where there is none in this place, the one in the other place
// counts: Samba, or this server when it had other rights, left it there, and it can only be stricter
// than the default that would be taken instead.
// -ENODATA: none stored (take nt_acl_default); -EBADMSG: what is
// stored is damaged: deny rather than fall back to the default.
int nt_acl_load(int fd, enum nt_acl_place place, struct arena *a, struct span *sd) WARN_UNUSED;
// sd: self-relative. -EINVAL: not one; -ENOSPC: too large here; -EPERM: not permitted in this place.
int nt_acl_save(int fd, enum nt_acl_place place, struct span sd) WARN_UNUSED;
// Removes it from both places, as far as permitted. -ENODATA: none stored.
int nt_acl_remove(int fd, enum nt_acl_place place) WARN_UNUSED;

// The descriptor for a file that has none: owner S-1-22-1-<uid>, group S-1-22-2-<gid> (Samba's SIDs for
// Unix users and groups), DACL: Everyone full control, inherited by what is made below a directory.
// So open because the share's own list of users and writers already says who gets here at all, and
// because a tree that came from elsewhere must stay usable when its owners have no SID we know; the
// Unix permissions apply underneath. st needs STATX_TYPE, UID and GID. owner: whom the owner is known as,
// or NULL. data is NULL when memory is out.
struct span nt_acl_default(const struct statx *st, const struct sid *owner, struct arena *a);

// The blob itself. Decoding reads versions 1 to 4 and writes the descriptor with its offsets made
// relative to itself (the stored ones count from the blob's start). Hashes of the Unix ACL (versions 2
// to 4) are not checked: they tell Samba that the Unix side was changed behind its back, and it then
// ignores the descriptor; for us it stands. Encoding writes version 1, which has no hash: Samba takes
// it as it is, whether "acl_xattr:ignore system acls" is set or not.
// sd's room: a blob's length is always enough; too little is VERDICT_TOO_LONG.
enum verdict nt_acl_decode(struct span blob, struct writer *sd) WARN_UNUSED;
// VERDICT_BAD_*: sd is not a self-relative descriptor, or one with parts that are not 4-byte aligned, which
// Samba would read differently.
enum verdict nt_acl_encode(struct writer *w, struct span sd) WARN_UNUSED;

#endif
