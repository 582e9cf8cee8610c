// SPDX-License-Identifier: Apache-2.0
// p_syntax_id_t as bytes (C706 12.6.3.1): shared by the codecs of this folder.
#ifndef SIGNET_WIRE_DCERPC_SYNTAX_H
#define SIGNET_WIRE_DCERPC_SYNTAX_H

#include "wire/dcerpc/bind.h"

struct dcerpc_syntax dcerpc_syntax_decode(struct reader *r);
void dcerpc_syntax_encode(struct writer *w, const struct dcerpc_syntax *s);

#endif
