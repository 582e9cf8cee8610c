// SPDX-License-Identifier: Apache-2.0
// The ids of all detections: what configurations may name, and what src/detect has a detector for.
#ifndef SIGNET_CONFIG_DETECTION_LIST_H
#define SIGNET_CONFIG_DETECTION_LIST_H

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

#endif
