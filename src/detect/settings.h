// SPDX-License-Identifier: Apache-2.0
// Thresholds of detectors: one table of names, types, defaults and help, from which the configuration file
// ([detect] of --config), errors and documents come.
#ifndef SIGNET_DETECT_SETTINGS_H
#define SIGNET_DETECT_SETTINGS_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#include "base/attributes.h"

struct baseline;

enum { DETECT_LIST_MAX = 64 };

struct detect_list {
	char *items[DETECT_LIST_MAX];
	size_t count;
};

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
	struct detect_list aliases;    // names that mean a server that calls itself otherwise: "alias=server"
	struct detect_list decoys;     // paths, "share/path", * and ? allowed
	struct detect_list allowed;    // "client>server": CIDR networks or addresses
	struct detect_list backup_hosts;       // addresses that may read or list much
	struct detect_list admin_hosts;        // addresses that manage others: deployment, administrators
	struct detect_list domain_controllers; // addresses of those, and of directory synchronisation
	struct detect_list forwarders; // addresses of proxies and load balancers that pass connections on
	struct baseline *baseline;     // what is usual; NULL: none. Borrowed; no setting of the file
	struct detect_list disabled;   // ids of detectors that are off
};

struct detect_setting {
	const char *name;
	enum { DETECT_NUMBER, DETECT_LIST } type;
	size_t offset;
	uint32_t value, min, max; // default and range of numbers
	const char *help;
};
extern const struct detect_setting detect_setting_rows[];
extern const size_t detect_setting_count;

void detect_settings_init(struct detect_settings *s); // defaults
void detect_settings_done(struct detect_settings *s);
enum { DETECT_ERROR_LEN = 256 };
// One key of the file. False: *error says what is wrong and what to do.
bool detect_settings_set(struct detect_settings *s, const char *name, const char *value,
	char error[DETECT_ERROR_LEN]) WARN_UNUSED;
bool detect_list_has(const struct detect_list *l, const char *text); // without regard to ASCII case

#endif
