// SPDX-License-Identifier: Apache-2.0
// Private to the table of keys: the words that keys take, and what each weakens. Each list ends with a NULL
// word.
#ifndef SIGNET_CONFIG_CONFIG_CHOICES_H
#define SIGNET_CONFIG_CONFIG_CHOICES_H

#include "config/config_schema.h"

extern const struct config_choice signing_choices[];
extern const struct config_choice encryption_choices[];
extern const struct config_choice dialect_choices[];
extern const struct config_choice cipher_choices[];
extern const struct config_choice signing_algorithm_choices[];
extern const struct config_choice ntlm_choices[];
extern const struct config_choice ntlm_demand_choices[];
extern const struct config_choice walls_choices[];
extern const struct config_choice detect_choices[];
extern const struct config_choice detection_choices[]; // known words: there is nothing to say of each
extern const struct config_choice identity_choices[];

#endif
