// SPDX-License-Identifier: Apache-2.0
// Thresholds of detectors: the [detect] section, alike in the configurations of serve and of watch. Names,
// ranges, defaults and help are rows of the table of keys (config_schema.h).
#ifndef SIGNET_CONFIG_DETECT_SETTINGS_H
#define SIGNET_CONFIG_DETECT_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "config/config_strings.h"

struct baseline;

enum { DETECT_LIST_MAX = 64 }; // words in each list: every event may be held against all of them

struct detect_settings {
	uint32_t brute_force_failures; // of one account from one source
	uint32_t brute_force_window_s;
	uint32_t password_spray_accounts; // failed from one source
	uint32_t password_spray_window_s;
	uint32_t smb_sweep_hosts; // that one source tried
	uint32_t smb_sweep_window_s;
	uint32_t lateral_movement_hosts; // that one source goes to manage
	uint32_t lateral_movement_window_s;
	uint32_t coercion_window_s; // from the call to the call back
	uint32_t mass_modification_files;
	uint32_t mass_modification_window_s;
	uint32_t mass_read_files;
	uint32_t mass_read_bytes_mib;
	uint32_t mass_read_window_s;
	uint32_t first_seen_learn_s;   // from the baseline's beginning: nothing is told
	uint32_t segmentation_learn_s; // from its beginning: pairs that speak SMB are learned; 0: none are
	uint32_t relay_window_s;       // between the two legs
	uint32_t table_entries_max;    // that each detector remembers
	struct config_strings aliases; // names that mean a server that calls itself otherwise: "alias=server"
	struct config_strings decoys;  // paths, "share/path", * and ? allowed
	struct config_strings allowed; // "client>server": CIDR networks or addresses
	struct config_strings backup_hosts;       // addresses that may read or list much
	struct config_strings admin_hosts;        // addresses that manage others: deployment, administrators
	struct config_strings domain_controllers; // addresses of those, and of directory synchronisation
	struct config_strings forwarders; // addresses of proxies and load balancers that pass connections on
	struct config_strings disabled;   // ids of detectors that are off
	struct baseline *baseline;        // what is usual; NULL: none. Borrowed; no setting of the file
};

void detect_settings_init(struct detect_settings *s); // defaults
void detect_settings_done(struct detect_settings *s);
enum { DETECT_ERROR_LEN = 768 };
// One key of the section, given again: instead of what it was. False: *error says what is wrong and what to
// do.
bool detect_settings_set(struct detect_settings *s, const char *name, const char *value,
	char error[DETECT_ERROR_LEN]) WARN_UNUSED;
// Whether detectors would do the same with both.
bool detect_settings_equal(const struct detect_settings *a, const struct detect_settings *b) WARN_UNUSED;

#endif
