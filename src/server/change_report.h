// SPDX-License-Identifier: Apache-2.0
// Tells those who watch directories (CHANGE_NOTIFY) of what an open has done.
#ifndef SIGNET_SERVER_CHANGE_REPORT_H
#define SIGNET_SERVER_CHANGE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "server/state/notify.h"

struct open;

// Of the open's own path, and stream if the action is one of a stream.
void change_report(const struct open *o, enum notify_action action, uint32_t filter);
// NOTIFY_CHANGE_DIR_NAME or _FILE_NAME.
uint32_t change_name_filter(bool is_directory);
// MODIFIED, or MODIFIED_STREAM with the stream's own bits, by what the open is of.
void change_report_size(const struct open *o);
void change_report_write(const struct open *o);

#endif
