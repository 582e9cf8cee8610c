// SPDX-License-Identifier: Apache-2.0
// Private to the detections: failed log-ons, as SMB's servers and KDCs tell of them.
#ifndef SIGNET_DETECT_DETECTIONS_LOGON_H
#define SIGNET_DETECT_DETECTIONS_LOGON_H

#include "detect/detector.h"

// The name or the password was wrong, or the account is locked because of that. Not: what was never finished,
// what failed for other reasons, what the protocol answers as a matter of course (KDC_ERR_PREAUTH_REQUIRED).
bool logon_is_wrong(const struct event *e);
// A log-on of an account that is really one: no guest, nobody anonymous, no second leg of a session.
bool logon_is_right(const struct event *e);
// The account as told from others: "domain\\account" or "account@REALM", lower case.
enum { LOGON_NAME_MAX = 256 };
const char *logon_name(const struct event *e, char name[LOGON_NAME_MAX]);

#endif
