// SPDX-License-Identifier: Apache-2.0
// The checks by theme, listed in check_table.c.
#ifndef SIGNET_AUDIT_CHECKS_CHECKS_H
#define SIGNET_AUDIT_CHECKS_CHECKS_H

#include "audit/probe.h"

void check_dialects(const struct check_context *c);
void check_negotiation(const struct check_context *c);
void check_crypto(const struct check_context *c);
void check_authentication(const struct check_context *c);
void check_enforcement(const struct check_context *c);
void check_relay(const struct check_context *c);
void check_exposure(const struct check_context *c);
void check_shares(const struct check_context *c);
void check_information(const struct check_context *c);

#endif
