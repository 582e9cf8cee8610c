// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: which open a message is about.
#ifndef SIGNET_SENSOR_OBSERVE_FILE_H
#define SIGNET_SENSOR_OBSERVE_FILE_H

#include "sensor/observe.h"

// Of an answer, by what its request named; in a compound the file that its CREATE made. NULL: not seen.
struct watched_open *open_of_answer(struct observed *o);
// Of a request; NULL: not seen, or the one of a CREATE before it that has no answer yet.
struct watched_open *open_of_request(struct observed *o, struct smb2_file_id id);
// Bytes that went through a named pipe, in the direction of `from`.
void observe_pipe_bytes(
	struct observed *o, struct watched_open *open, enum flow_side from, struct span bytes);

#endif
