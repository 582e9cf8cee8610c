// SPDX-License-Identifier: Apache-2.0
// The configuration of a watch: section [watch] says what the options say, which come before it, and [detect]
// the detectors' thresholds (config/detect_settings.h).
#ifndef SIGNET_CLI_WATCH_SETTINGS_H
#define SIGNET_CLI_WATCH_SETTINGS_H

#include <stdio.h>

#include "base/attributes.h"
#include "config/detect_settings.h"

struct watch_settings {
	// Owned; NULL: not given.
	char *keytab, *nt_hash, *state, *zeek, *syslog, *min_severity, *fail_on, *user, *filter;
	struct detect_settings detect;
};

void watch_settings_init(struct watch_settings *s); // defaults
// False: everything that is wrong with the file was said on standard error, "FILE:LINE: ...".
bool watch_settings_load(struct watch_settings *s, const char *file) WARN_UNUSED;
void watch_settings_done(struct watch_settings *s);
// For `signet help watch`.
void watch_settings_print_help(FILE *out);

#endif
