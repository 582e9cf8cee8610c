// SPDX-License-Identifier: Apache-2.0
// Was this response meant for us? The target information that a CHALLENGE carries and a response gives
// back, and the service name that the client believed to talk to: what a relay cannot change, for the
// proof covers it.
#ifndef SIGNET_AUTH_NTLM_TARGET_H
#define SIGNET_AUTH_NTLM_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/exchange.h"
#include "base/writer.h"
#include "wire/ntlm/ntlm_av_pair.h"

// MS-NLMP 3.2.5.1.1: names and MsvAvTimestamp, ended by MsvAvEOL. False: a name is not valid UTF-8.
bool ntlm_target_info_encode(struct writer *w, const struct auth_names *names, uint64_t time) WARN_UNUSED;
// Are all pairs of ours among theirs, unchanged? (3.1.5.1.2: the client adds to them.)
bool ntlm_target_info_kept(struct span ours, const struct ntlm_av_list *theirs) WARN_UNUSED;

// Is name, the UTF-8 of MsvAvTargetName, "cifs/" and one of our names or this connection's address?
bool ntlm_target_name_ours(const char *name, const struct auth_exchange_config *config) WARN_UNUSED;

// The same for one name that is not of the configuration.
bool ntlm_target_name_is(const char *name, const char *host) WARN_UNUSED;

#endif
