// SPDX-License-Identifier: Apache-2.0
// NetrShareEnum (MS-SRVS 3.1.4.8) from the caller's side: the request's stub and what the answer holds. Pure.
#ifndef SIGNET_CLIENT_RPC_SRVSVC_CALLS_H
#define SIGNET_CLIENT_RPC_SRVSVC_CALLS_H

#include "base/arena.h"
#include "base/reader.h"
#include "base/writer.h"

#define STYPE_DISKTREE 0x00000000u // MS-SRVS 2.2.2.4
#define STYPE_PRINTQ 0x00000001u
#define STYPE_DEVICE 0x00000002u
#define STYPE_IPC 0x00000003u
#define STYPE_MASK 0x0FFFFFFFu
#define STYPE_SPECIAL 0x80000000u

enum {
	SRVSVC_SHARE_ENUM = 15, // opnum
	SRVSVC_LEVEL_1 = 1,     // names, types, comments
	SRVSVC_LEVEL_502 = 502, // and paths and security descriptors: for administrators on Windows
	SRVSVC_SHARES_MAX = 10000,
};

struct srvsvc_listed_share {
	const char *name;
	const char *comment; // "" for none
	uint32_t type;
	struct span descriptor; // level 502: self-relative, as it came; empty: none was told
};

struct srvsvc_share_list {
	struct srvsvc_listed_share *shares; // in the arena
	uint32_t count;
	bool has_resume;
	uint32_t resume;
	uint32_t error; // enum werror of rpc/interface.h
};

// One call for as many as fill about preferred_len bytes (Samba answers with all of them); resume is 0 for
// the first, then what the answer before said.
void srvsvc_share_enum_encode(
	struct writer *w, const char *server, uint32_t level, uint32_t preferred_len, uint32_t resume);
// Everything in the arena, nothing borrowed. VERDICT_BAD_VALUE: another level than asked for;
// VERDICT_TOO_LONG: more shares than above, or memory is out.
enum verdict srvsvc_share_enum_decode(
	struct span stub, uint32_t level, struct arena *a, struct srvsvc_share_list *out) WARN_UNUSED;

#endif
