// SPDX-License-Identifier: Apache-2.0
// Private to this folder: 1.3.6.1.5.5.2, the mechanism that negotiates mechanisms.
#ifndef SIGNET_WIRE_SPNEGO_SPNEGO_OID_H
#define SIGNET_WIRE_SPNEGO_SPNEGO_OID_H

#include "base/span.h"

extern const struct span spnego_oid;

#endif
