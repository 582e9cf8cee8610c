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
#include "wire/fscc/file_attributes.h"

// Those kept in the extended attribute; FILE_ATTRIBUTE_* are in wire/fscc.
#define DOS_ATTRIBUTES_STORED                                                                                \
	(FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM |                           \
		FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_ARCHIVE | FILE_ATTRIBUTE_TEMPORARY |               \
		FILE_ATTRIBUTE_SPARSE_FILE | FILE_ATTRIBUTE_OFFLINE | FILE_ATTRIBUTE_NOT_CONTENT_INDEXED)

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
// What is stored, else the defaults; also the defaults when the blob is damaged or may not be read
// (stored is false then: a file stays usable, the next save repairs it). fd may be O_PATH. -EIO and the like:
// out untouched.
int dos_attributes_load(int fd, const struct statx *st, struct dos_attributes *out) WARN_UNUSED;
// Stores attributes (those of DOS_ATTRIBUTES_STORED) and create_time (0: none). -ENOTSUP where the file
// system has no user attributes; -EPERM on what cannot carry them (symlinks, sockets, devices); -EACCES when
// the Unix permissions do not let this process write.
int dos_attributes_save(int fd, const struct dos_attributes *in) WARN_UNUSED;

// What a client may see for a set of stored bits: DIRECTORY by type, NORMAL only when alone.
uint32_t dos_attributes_present(uint32_t stored, bool is_directory);

// The blob itself (NDR xattr_DOSATTRIB): versions 1 to 5 and the bare "0x20" of old are read, the
// version that Samba 4.17 writes is written. create_time 0: none inside.
enum verdict dos_attributes_decode(struct span blob, uint32_t *attributes, uint64_t *create_time) WARN_UNUSED;
void dos_attributes_encode(struct writer *w, uint32_t attributes, uint64_t create_time);

#endif
