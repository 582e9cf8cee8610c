// SPDX-License-Identifier: Apache-2.0
// Times that an open has set or frozen stay as they are whatever is read, written or set through it
// (MS-FSA 2.1.4.17, 2.1.5.15.2).
#ifndef SIGNET_SERVER_KEPT_TIMES_H
#define SIGNET_SERVER_KEPT_TIMES_H

struct open;

// After the open has read or changed the file: puts the kept times back. Cheap when there are none.
void kept_times_restore(struct open *o);

#endif
