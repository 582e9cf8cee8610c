// SPDX-License-Identifier: Apache-2.0
// Private to this folder: which alerts are one story. Alerts that share a host or an account, one after the
// other within INCIDENT_WINDOW_US, get the same number: a coercion, then a relay, then a file that is read.
#ifndef SIGNET_DETECT_INCIDENT_H
#define SIGNET_DETECT_INCIDENT_H

#include <stdint.h>

#include "base/attributes.h"
#include "detect/finding.h"

enum { INCIDENTS_MAX = 4096, INCIDENT_WINDOW_US = 1800 * 1000000 };

struct incidents;

struct incidents *incidents_new(void) WARN_UNUSED; // NULL when memory is out
void incidents_free(struct incidents *i);
// Numbers go on after this one: earlier runs gave those up to it.
void incidents_go_on_after(struct incidents *i, uint64_t last);
// The number of the story that the finding belongs to; a new one if none fits.
uint64_t incidents_of(struct incidents *i, const struct finding *f);

#endif
