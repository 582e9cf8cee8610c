// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: a number for some bytes, only to tell whether they were seen before. Who sends
// them can make two alike, so nothing but a comparison may come of it.
#ifndef SIGNET_SENSOR_FINGERPRINT_H
#define SIGNET_SENSOR_FINGERPRINT_H

#include <stdint.h>

#include "base/span.h"

uint64_t fingerprint_of(struct span bytes); // never 0, which means: not seen

#endif
