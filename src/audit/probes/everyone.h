// SPDX-License-Identifier: Apache-2.0
// What a security descriptor lets everybody do who has an account. Pure.
#ifndef SIGNET_AUDIT_PROBES_EVERYONE_H
#define SIGNET_AUDIT_PROBES_EVERYONE_H

#include <stdint.h>

#include "wire/dtyp/security_descriptor.h"

// The rights on a file or share (MS-DTYP 2.5.3.2, for who is only Everyone, an authenticated user, and one of
// the users of the machine or domain).
uint32_t everyone_access(const struct security_descriptor *sd);

#endif
