// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: the argument of a call that tells what it is for, found in its stub without the
// interface's full grammar: NDR strings give themselves away by their counts (C706 14.3.4.2).
#ifndef SIGNET_SENSOR_RPC_ARGUMENT_H
#define SIGNET_SENSOR_RPC_ARGUMENT_H

#include <stdbool.h>

#include "base/span.h"
#include "sensor/rpc_names.h"
#include "sensor/rpc_watch.h"

// False: none was found. ndr64: counts are of 64 bits (MS-RPCE 2.2.5).
bool rpc_argument_find(
	struct span stub, bool ndr64, enum rpc_argument kind, char text[RPC_WATCH_ARGUMENT_LEN_MAX]);

#endif
