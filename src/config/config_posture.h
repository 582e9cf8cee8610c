// SPDX-License-Identifier: Apache-2.0
// What a configuration comes to: what is enforced, for whom, and what of it is weaker than it
// need be.
#ifndef SIGNET_CONFIG_CONFIG_POSTURE_H
#define SIGNET_CONFIG_CONFIG_POSTURE_H

#include <stdio.h>

#include "config/config.h"

// One message for each setting that weakens the posture, in the words of config_schema's table:
// "[server] encryption = desired: clients that cannot encrypt are let in and read files in the clear".
void config_warnings(const struct config *c, struct config_messages *warnings);

// Whether none of those is about the server as a whole, and none about this share or the server.
bool config_server_is_strict(const struct config *c) WARN_UNUSED;
bool config_share_is_strict(const struct config *c, const struct config_share *s) WARN_UNUSED;

// What a stricter server would not admit and this one does by default, for clients in use that cannot do
// better: one message for each setting, which says what refuses them.
void config_concessions(const struct config *c, struct config_messages *concessions);

// What does no harm but is hardly meant: a share that nobody may use, a server that nobody can log in to.
void config_notes(const struct config *c, struct config_messages *notes);

// The effective posture for people: a table of the server's settings, one of the shares, the warnings.
void config_posture_print(const struct config *c, FILE *out);
// The same as one JSON object (stable keys), newline at the end. False when memory is out.
bool config_posture_print_json(const struct config *c, FILE *out) WARN_UNUSED;

#endif
