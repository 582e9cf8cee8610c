// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: what its parts ask of it.
#ifndef SIGNET_SENSOR_SENSOR_STATE_H
#define SIGNET_SENSOR_SENSOR_STATE_H

#include "sensor/sensor.h"

struct legs_table;
struct shared_table;

const struct sensor_limits *sensor_limits_of(const struct sensor *s);
const struct unlock_keys *sensor_keys_of(const struct sensor *s);
struct legs_table *sensor_legs_of(const struct sensor *s);
struct shared_table *sensor_shared_of(const struct sensor *s);
void sensor_count_message(struct sensor *s, bool sealed);
void sensor_count_session(struct sensor *s);
void sensor_count_anomaly(struct sensor *s);
// A limit of this sensor was reached: told once a second.
void sensor_limit_reached(struct sensor *s, const char *limit, uint64_t value, uint64_t now_us);

#endif
