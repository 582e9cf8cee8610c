// SPDX-License-Identifier: Apache-2.0
// Zeek's logs for those who have pipelines for them: smb_files.log, smb_mapping.log, ntlm.log and
// kerberos.log, tab-separated, with the columns and header lines of Zeek 6. uid and fuid are made of what
// they name, so that the same capture gives the same ones again.
//
// Left unset, as events do not have them: files' sizes and times, a share's service and native file system, a
// server's tree name, a ticket's times and flags, certificates. Names are as the program shows them: '\' between parts, as in Zeek.
#ifndef SIGNET_SINK_ZEEK_LOGS_H
#define SIGNET_SINK_ZEEK_LOGS_H

#include "sink/outlet.h"

// Makes the directory if it is missing; logs that are there are replaced. False: what is wrong was said on
// standard error.
bool zeek_logs_open(const char *directory, struct outlet *out) WARN_UNUSED;

#endif
