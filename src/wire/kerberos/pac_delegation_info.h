// SPDX-License-Identifier: Apache-2.0
// S4U_DELEGATION_INFO (MS-PAC 2.9), the part of a ticket's PAC that says for which service somebody else got
// it in the user's name. Whether the PAC is genuine is not judged here.
#ifndef SIGNET_WIRE_KERBEROS_PAC_DELEGATION_INFO_H
#define SIGNET_WIRE_KERBEROS_PAC_DELEGATION_INFO_H

#include "base/arena.h"
#include "base/attributes.h"
#include "base/reader.h"

// The service that the KDC gave the ticket for, "HTTP/files.example.org", with or without its realm; UTF-8,
// in the arena.
enum verdict pac_delegation_info_decode(struct span bytes, struct arena *a, const char **target) WARN_UNUSED;

#endif
