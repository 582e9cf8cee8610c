// SPDX-License-Identifier: Apache-2.0
// All detections: another one is a file with its constant, and its line here.
#ifndef SIGNET_DETECT_DETECTIONS_DETECTIONS_H
#define SIGNET_DETECT_DETECTIONS_DETECTIONS_H

#include "detect/detector.h"

#define DETECTION_LIST(X)                                                                                    \
	X(unsigned_session)                                                                                  \
	X(unsealed_session)                                                                                  \
	X(legacy_dialect)                                                                                    \
	X(smb1_session)                                                                                      \
	X(ntlmv1_auth)                                                                                       \
	X(guest_session)                                                                                     \
	X(anonymous_session)                                                                                 \
	X(ntlm_relay)                                                                                        \
	X(kerberos_relay)                                                                                    \
	X(downgrade)                                                                                         \
	X(tampering)                                                                                         \
	X(brute_force)                                                                                       \
	X(password_spray)                                                                                    \
	X(smb_sweep)                                                                                         \
	X(first_seen)                                                                                        \
	X(segmentation)                                                                                      \
	X(lateral_movement)                                                                                  \
	X(coercion)                                                                                          \
	X(credential_access)                                                                                 \
	X(mass_modification)                                                                                 \
	X(mass_read)                                                                                         \
	X(decoy_touched)

#define X(name) extern const struct detector detect_##name;
DETECTION_LIST(X)
#undef X

#endif
