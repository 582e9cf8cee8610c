// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: forgetting an open without telling of it (see watched_session.h for the rest).
#ifndef SIGNET_SENSOR_WATCHED_OPEN_H
#define SIGNET_SENSOR_WATCHED_OPEN_H

#include "sensor/watched_session.h"

void watched_open_remove(struct watched_session *s, struct watched_open *o);

#endif
