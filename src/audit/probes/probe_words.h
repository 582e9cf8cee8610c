// SPDX-License-Identifier: Apache-2.0
// What evidence is written with: names for the numbers of the protocol, in the words of its specification,
// and reasons.
#ifndef SIGNET_AUDIT_PROBES_PROBE_WORDS_H
#define SIGNET_AUDIT_PROBES_PROBE_WORDS_H

#include <stdint.h>

#include "audit/probe.h"
#include "base/arena.h"
#include "base/attributes.h"
#include "base/nt_status.h"

const char *dialect_words(uint16_t dialect);       // "3.1.1"
const char *signing_words(uint16_t algorithm);     // "AES-GMAC"
const char *cipher_words(uint16_t cipher);         // "AES-128-GCM"
const char *compression_words(uint16_t algorithm); // "LZNT1"
const char *fault_words(int fault);                // of a negative errno: "the connection was closed"
// The same of what a probe's call returned: of -ECANCELED, why the host's probes ended.
const char *stop_words(const struct probe *p, int fault);
// Why there is nothing to be asked on a dialect; NULL: it is accepted.
const char *dialect_missing_words(const struct fact *dialect);
// "STATUS_ACCESS_DENIED (0xC0000022)"; lives in the arena. Never NULL.
const char *status_words(struct arena *a, struct nt_status s);

#endif
