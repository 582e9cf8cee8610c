// SPDX-License-Identifier: Apache-2.0
// Private to this folder: what the Kerberos library found wrong, as a reason.
#ifndef SIGNET_AUTH_KERBEROS_REASON_H
#define SIGNET_AUTH_KERBEROS_REASON_H

#include <stdint.h>

#include "auth/auth_reason.h"

// major and minor are the two codes of a GSSAPI call that failed.
enum auth_reason kerberos_reason(uint32_t major, uint32_t minor) WARN_UNUSED;

#endif
