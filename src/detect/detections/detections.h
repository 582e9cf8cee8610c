// SPDX-License-Identifier: Apache-2.0
// All detections: another one is a file with its constant, and its line in config/detection_list.h.
#ifndef SIGNET_DETECT_DETECTIONS_DETECTIONS_H
#define SIGNET_DETECT_DETECTIONS_DETECTIONS_H

#include "config/detection_list.h"
#include "detect/detector.h"

#define X(name) extern const struct detector detect_##name;
DETECTION_LIST(X)
#undef X

#endif
