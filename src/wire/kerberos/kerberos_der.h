// SPDX-License-Identifier: Apache-2.0
// Private to the folder: the pieces that Kerberos' messages (RFC 4120) are made of.
#ifndef SIGNET_WIRE_KERBEROS_KERBEROS_DER_H
#define SIGNET_WIRE_KERBEROS_KERBEROS_DER_H

#include <stdint.h>

#include "base/span.h"
#include "wire/spnego/der.h"

enum { KERBEROS_VERSION = 5 };

// [n] INTEGER, of up to five bytes.
int64_t kerberos_integer(struct der_reader *d, unsigned n);
// [n] Int32
int32_t kerberos_int32(struct der_reader *d, unsigned n);
// [n] PrincipalName: at most max components; returns how many.
unsigned kerberos_name(struct der_reader *d, unsigned n, struct span *components, unsigned max);

#endif
