// SPDX-License-Identifier: Apache-2.0
// What Windows keeps of a file and POSIX does not: the file attributes and the creation time, in the
// extended attribute user.DOSATTRIB just as Samba keeps them ("store dos attributes = yes").
//
// Samba 4.17 shows READONLY HIDDEN SYSTEM DIRECTORY ARCHIVE and SPARSE of what is stored and ignores
// the others; we keep and show TEMPORARY, OFFLINE and NOT_CONTENT_INDEXED too.
#ifndef SIGNET_STORAGE_DOS_ATTRIBUTES_H
#define SIGNET_STORAGE_DOS_ATTRIBUTES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/attributes.h"
#include "base/reader.h"
#include "base/span.h"
#include "base/writer.h"

// File attributes, MS-FSCC 2.6.
#define DOS_READONLY 0x00000001u
#define DOS_HIDDEN 0x00000002u
#define DOS_SYSTEM 0x00000004u
#define DOS_DIRECTORY 0x00000010u
#define DOS_ARCHIVE 0x00000020u
#define DOS_NORMAL 0x00000080u
#define DOS_TEMPORARY 0x00000100u
#define DOS_SPARSE_FILE 0x00000200u
#define DOS_REPARSE_POINT 0x00000400u
#define DOS_COMPRESSED 0x00000800u
#define DOS_OFFLINE 0x00001000u
#define DOS_NOT_CONTENT_INDEXED 0x00002000u
#define DOS_ENCRYPTED 0x00004000u

// Those a client may set by FileBasicInformation or CREATE (MS-FSA 2.1.5.15.2); SPARSE_FILE has its
// own request, DIRECTORY is what the file is, NORMAL means none.
#define DOS_SETTABLE                                                                                         \
	(DOS_READONLY | DOS_HIDDEN | DOS_SYSTEM | DOS_ARCHIVE | DOS_TEMPORARY | DOS_OFFLINE |                \
		DOS_NOT_CONTENT_INDEXED)
// Those kept in the extended attribute.
#define DOS_STORED (DOS_SETTABLE | DOS_SPARSE_FILE | DOS_DIRECTORY)

#define DOS_ATTRIBUTES_XATTR "user.DOSATTRIB"
// The longest form that is read; Samba's own are 24 to 60 bytes, version 2 also carries a name.
#define DOS_ATTRIBUTES_BLOB_MAX 4096u

struct dos_attributes {
	uint32_t attributes;  // as a client sees them: DIRECTORY by the file's type, NORMAL when none
	uint64_t create_time; // FILETIME; never 0 after load
	bool stored;          // false: nothing (readable) was stored, these are the defaults
};

// The defaults for a file that has nothing stored: ARCHIVE for a regular file (as far as anyone knows
// it was never backed up: what Windows and Samba give a new file), DIRECTORY for a directory, and the
// birth time, or where the file system has none the earliest of mtime, ctime and atime, as Samba does.
// st needs STATX_TYPE, STATX_BTIME and the times.
void dos_attributes_default(const struct statx *st, struct dos_attributes *out);
// What is stored, else the defaults; also the defaults when the blob is damaged (stored is false then:
// a file stays usable, the next save repairs it). fd may be O_PATH. -EIO and the like: out untouched.
int dos_attributes_load(int fd, const struct statx *st, struct dos_attributes *out) WARN_UNUSED;
// Stores attributes (those of DOS_STORED) and create_time (0: none). -ENOTSUP where the file system has no
// user attributes; -EPERM on what cannot carry them (symlinks, sockets, devices); -EACCES when the
// Unix permissions do not let this process write.
int dos_attributes_save(int fd, const struct dos_attributes *in) WARN_UNUSED;

// What a client may see for a set of stored bits: DIRECTORY by type, NORMAL only when alone.
uint32_t dos_attributes_present(uint32_t stored, bool is_directory);

// The blob itself (NDR xattr_DOSATTRIB): versions 1 to 5 and the bare "0x20" of old are read, the
// version that Samba 4.17 writes is written. create_time 0: none inside.
enum verdict dos_attributes_decode(struct span blob, uint32_t *attributes, uint64_t *create_time) WARN_UNUSED;
void dos_attributes_encode(struct writer *w, uint32_t attributes, uint64_t create_time);

#endif
