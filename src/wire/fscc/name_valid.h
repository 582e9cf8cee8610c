// SPDX-License-Identifier: Apache-2.0
// Which names a client may use (MS-FSCC 2.1.5), and the parts of a name with a stream.
#ifndef SIGNET_WIRE_FSCC_NAME_VALID_H
#define SIGNET_WIRE_FSCC_NAME_VALID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/nt_status.h"

enum {
	NAME_UNITS_MAX = 255,   // UTF-16 units of a component or stream name
	PATH_UNITS_MAX = 32760, // of a whole path
};

// One component, len bytes at name (within a NUL-terminated text): SUCCESS; OBJECT_NAME_INVALID: empty, ".",
// "..", longer than 255 units, control characters or one of " * / : < > ? \ |, not UTF-8. Names reserved in
// Win32 only (CON, a trailing dot or space) are fine on the wire, as on NTFS.
struct nt_status name_component_check(const char *name, size_t len) WARN_UNUSED;
// A stream's name: 1 to 255 units, none of \ / : and no NUL (MS-FSCC 2.1.5.3).
struct nt_status name_stream_check(const char *name, size_t len) WARN_UNUSED;

enum stream_type {
	STREAM_TYPE_DATA,             // none given, or :$DATA
	STREAM_TYPE_INDEX_ALLOCATION, // the directory itself; stream is NULL or "$I30"
};

struct path_parts {
	const char *path;   // '\' between components, none in front or behind; "" is the share's root
	const char *stream; // NULL: the unnamed stream
	enum stream_type type;
	bool has_type;           // a type was written, so a directory is meant or not meant explicitly
	bool trailing_backslash; // "dir\": a directory is meant
};

// Splits and checks a path as CREATE and rename give it (UTF-8, already without the share).
// ".": dropped never — Windows' server refuses it (OBJECT_NAME_INVALID); "..": OBJECT_PATH_SYNTAX_BAD;
// a leading '\': INVALID_PARAMETER (MS-SMB2 3.3.5.9); "//"-like empty components, '/', a third ':', a
// trailing ':', an unknown stream type or a stream on anything but the last component:
// OBJECT_NAME_INVALID; longer than PATH_UNITS_MAX: NAME_TOO_LONG. Parts live in the arena.
struct nt_status path_parse(const char *path, struct arena *a, struct path_parts *out) WARN_UNUSED;

// "name:$DATA"-like wire form of a stream for FileStreamInformation; NULL is the unnamed one.
char *stream_wire_name(const char *stream, struct arena *a) WARN_UNUSED;
// The reverse, as rename of a stream gives it: ":name", ":name:$DATA", "::$DATA" (*stream NULL).
struct nt_status stream_name_parse(const char *text, struct arena *a, const char **stream) WARN_UNUSED;

#endif
