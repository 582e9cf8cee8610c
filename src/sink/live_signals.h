// SPDX-License-Identifier: Apache-2.0
// The signals that concern who shows a screen: what ends the process has to leave the screen first, and what
// stops it or changes the terminal is remembered until somebody asks. One user in a process.
#ifndef SIGNET_SINK_LIVE_SIGNALS_H
#define SIGNET_SINK_LIVE_SIGNALS_H

#include <stdbool.h>

// From now on. leave: called in a signal's handler when the process is about to end; who listened to that
// signal before is heard afterwards.
void live_signals_take(void (*leave)(void *context), void *context);
void live_signals_give_back(void);

// Whether the size may have changed, or others have written to the terminal, since it was forgotten.
bool live_signals_has_changed(void);
void live_signals_set_changed(bool changed);
// Whether Ctrl-Z was typed; that is forgotten.
bool live_signals_take_stop(void);

#endif
