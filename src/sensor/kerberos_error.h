// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: what a KDC's error (RFC 4120 7.5.9) means for who asked.
#ifndef SIGNET_SENSOR_KERBEROS_ERROR_H
#define SIGNET_SENSOR_KERBEROS_ERROR_H

#include <stdint.h>

#include "base/nt_status.h"

struct kerberos_error {
	int32_t code;
	const char *reason;
	// What Windows answers when it comes to that; MORE_PROCESSING_REQUIRED: no failure, the client goes
	// on.
	struct nt_status status;
};

// Never NULL: "kerberos_error" for those without a name here.
const struct kerberos_error *kerberos_error_find(int32_t code);

#endif
