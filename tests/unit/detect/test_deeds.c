// SPDX-License-Identifier: Apache-2.0
// What is done once somebody is in: machines made to run things or to log on elsewhere, secrets taken, files
// encrypted; and the everyday work that resembles it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "detect/baseline.h"
#include "detect_fixture.h"

#define ATTACKER "10.0.0.66"
#define SERVER "10.0.0.10"
#define OTHER "10.0.0.11"

static void call(struct fixture *x, const char *to, const char *interface, uint16_t opnum,
	const char *argument, double second)
{
	struct scene s;
	const struct event_rpc rpc = {
		.pipe = interface, .interface = interface, .opnum = opnum, .argument = argument
	};
	scene_init(&s, EVENT_RPC, ATTACKER, to, 1);
	s.session.account = "carol";
	s.event.rpc = &rpc;
	scene_feed(x, &s, second);
}

struct deed {
	const char *account, *action, *share, *path, *target, *disposition, *type;
	uint64_t read, written;
	double read_entropy, written_entropy;
	bool refused;
};

static void file(struct fixture *x, const char *to, const struct deed *d, double second)
{
	struct scene s;
	const struct event_content content = {
		.read_entropy = d->read_entropy, .written_entropy = d->written_entropy, .type = d->type
	};
	scene_init(&s, EVENT_FILE, ATTACKER, to, 1);
	s.session.account = d->account != NULL ? d->account : "carol";
	s.event.result = d->refused ? EVENT_FAILURE : EVENT_SUCCESS;
	s.event.action = d->action;
	s.event.share = d->share;
	s.event.path = d->path;
	s.event.target_path = d->target;
	s.event.disposition = d->disposition;
	s.event.bytes_read = d->read;
	s.event.bytes_written = d->written;
	s.event.access = 0x1;
	s.event.content = &content;
	scene_feed(x, &s, second);
}

static void open_pipe(struct fixture *x, const char *to, const char *pipe, double second)
{
	file(x, to, &(struct deed){ .action = "open", .share = "IPC$", .path = pipe, .refused = true },
		second);
}

// --- lateral movement ---------------------------------------------------------------------------------

static void a_program_that_is_started_is_one_alert(void **state)
{
	struct fixture *x = *state;
	file(x, SERVER,
		&(struct deed){ .action = "close",
			.share = "ADMIN$",
			.path = "x7f3.tmp",
			.type = "pe",
			.written = 70000 },
		0);
	call(x, SERVER, "svcctl", 12, "x7f3: %SystemRoot%\\x7f3.tmp", 5);
	call(x, SERVER, "svcctl", 19, NULL, 6);
	fixture_finish(x);
	assert_int_equal(found_of(x, "lateral_movement"), 1);
	assert_int_equal(found_first(x, "lateral_movement")->severity, EVENT_ALERT);
	assert_string_equal(found_first(x, "lateral_movement")->first_host, ATTACKER);
}

static void many_hosts_management_is_told(void **state)
{
	static const char *const hosts[] = { "10.0.0.10", "10.0.0.11", "10.0.0.12" };
	struct fixture *x = *state;
	for (int i = 0; i < 2; i++)
		open_pipe(x, hosts[i], "svcctl", i);
	fixture_finish(x);
	assert_int_equal(found_of(x, "lateral_movement"), 0);
	open_pipe(x, hosts[2], "winreg", 3);
	fixture_finish(x);
	assert_int_equal(found_of(x, "lateral_movement"), 1);
}

static void a_service_of_a_program_from_any_share_is_an_alert(void **state)
{
	struct fixture *x = *state;
	const struct deed program = {
		.action = "close", .share = "public", .path = "in/Tool.exe", .type = "pe", .written = 70000
	};
	file(x, SERVER, &program, 0);
	call(x, SERVER, "svcctl", 12, "abcd: \\\\files\\public\\in\\tool.exe", 5);
	file(x, OTHER, &program, 10);
	call(x, OTHER, "svcctl", 12, "Backup: C:\\Program Files\\backup.exe", 15);
	fixture_finish(x);
	assert_int_equal(found_of(x, "lateral_movement"), 1); // one source, one story: the worst of it
	assert_int_equal(found_first(x, "lateral_movement")->severity, EVENT_ALERT);
}

static void a_service_of_another_program_is_a_warning(void **state)
{
	struct fixture *x = *state;
	file(x, SERVER,
		&(struct deed){ .action = "close",
			.share = "public",
			.path = "tool.exe",
			.type = "pe",
			.written = 7000 },
		0);
	call(x, SERVER, "svcctl", 12, "Backup: C:\\Program Files\\backup.exe", 5);
	fixture_finish(x);
	assert_int_equal(found_first(x, "lateral_movement")->severity, EVENT_WARNING);
}

static void a_service_that_is_a_command_line_is_an_alert(void **state)
{
	struct fixture *x = *state;
	call(x, SERVER, "svcctl", 12, "BTOBTO: %COMSPEC% /Q /c echo cd ^> \\\\127.0.0.1\\C$\\__output", 5);
	fixture_finish(x);
	assert_int_equal(found_first(x, "lateral_movement")->severity, EVENT_ALERT);
}

static void browsing_and_starting_a_service_is_nothing(void **state)
{
	struct fixture *x = *state;
	for (int i = 0; i < 20; i++) {
		char host[32];
		(void)snprintf(host, sizeof(host), "10.0.1.%d", i);
		open_pipe(x, host, "srvsvc", i);
		open_pipe(x, host, "samr", i);
	}
	call(x, SERVER, "svcctl", 19, NULL, 30);
	file(x, SERVER,
		&(struct deed){ .action = "close", .share = "C$", .path = "notes.txt", .written = 700 }, 31);
	file(x, SERVER,
		&(struct deed){
			.action = "close", .share = "tools", .path = "a.exe", .type = "pe", .written = 700 },
		32);
	fixture_finish(x);
	assert_int_equal(found_of(x, "lateral_movement"), 0);
}

static void fetch_and_delete(struct fixture *x, const char *path, double second)
{
	file(x, SERVER, &(struct deed){ .action = "close", .share = "ADMIN$", .path = path, .read = 20 },
		second);
	file(x, SERVER, &(struct deed){ .action = "delete", .share = "ADMIN$", .path = path }, second + 0.1);
}

// Sealed or not, over which object: the output comes by SMB.
static void what_a_command_said_proves_that_it_ran(void **state)
{
	struct fixture *x = *state;
	static const struct {
		const char *interface;
		uint16_t opnum;
	} calls[] = { { "iwbemservices", 24 }, { "idispatch", 6 }, { "atsvc", 0 } };
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		fixture_begin(x);
		call(x, SERVER, calls[i].interface, calls[i].opnum, NULL, 1);
		fetch_and_delete(x, "__1700000000.5", 5);
		fixture_finish(x);
		assert_int_equal(found_of(x, "lateral_movement"), 1);
		assert_int_equal(found_first(x, "lateral_movement")->severity, EVENT_ALERT);
	}
}

// Methods that look, objects of nobody knows what, files of one's own, of another path or of long ago.
static void managing_by_objects_is_no_alert(void **state)
{
	struct fixture *x = *state;
	call(x, SERVER, "iwbemservices", 20, NULL, 1);
	call(x, SERVER, "iwbemservices", 24, "StdRegProv: EnumKey", 2);
	call(x, SERVER, "isystemactivator", 4, "WbemLevel1Login", 3);
	fetch_and_delete(x, "Temp/trace.log", 4);
	fixture_finish(x);
	assert_int_equal(found_of(x, "lateral_movement"), 0);
	fixture_begin(x);
	call(x, SERVER, "iwbemservices", 24, NULL, 1);
	file(x, SERVER,
		&(struct deed){ .action = "close", .share = "ADMIN$", .path = "own.txt", .written = 9 }, 2);
	fetch_and_delete(x, "own.txt", 3);
	file(x, SERVER, &(struct deed){ .action = "close", .share = "ADMIN$", .path = "a.log", .read = 9 },
		4);
	file(x, SERVER, &(struct deed){ .action = "delete", .share = "ADMIN$", .path = "b.log" }, 5);
	fetch_and_delete(x, "late.txt", 5000);
	fixture_finish(x);
	assert_int_equal(found_first(x, "lateral_movement")->severity, EVENT_WARNING);
}

// Shares for administrators of one server, in vain.
static void who_looks_for_what_manages_a_server_is_a_remark(void **state)
{
	struct fixture *x = *state;
	static const char *const shares[] = { "ADMIN$", "C$", "C$", "D$" };
	for (size_t i = 0; i < ARRAY_LEN(shares); i++) {
		struct scene s;
		if (i == ARRAY_LEN(shares) - 1)
			assert_int_equal(found_of(x, "lateral_movement"), 0);
		scene_init(&s, EVENT_TREE_CONNECT, ATTACKER, SERVER, 1);
		s.session.account = "carol";
		s.event.share = shares[i];
		s.event.result = EVENT_FAILURE;
		scene_feed(x, &s, 100.0 * (double)i);
	}
	fixture_finish(x);
	assert_int_equal(found_of(x, "lateral_movement"), 1);
	assert_int_equal(found_first(x, "lateral_movement")->severity, EVENT_NOTICE);
}

// --- coercion -----------------------------------------------------------------------------------------

static void call_back(struct fixture *x, const char *to, double second)
{
	struct scene s;
	scene_init(&s, EVENT_NEGOTIATE, SERVER, to, 9);
	scene_feed(x, &s, second);
}

static void a_server_that_follows_a_path_is_an_alert(void **state)
{
	struct fixture *x = *state;
	call(x, SERVER, "efsrpc", 0, "\\\\10.0.0.66\\share\\file", 1);
	call(x, SERVER, "efsrpc", 4, "\\\\10.0.0.66\\share\\file", 1.1);
	call_back(x, ATTACKER, 1.2);
	fixture_finish(x);
	assert_int_equal(found_of(x, "coercion"), 1);
	assert_int_equal(found_first(x, "coercion")->severity, EVENT_ALERT);
	assert_string_equal(found_first(x, "coercion")->outcome, "succeeded");
}

static void a_path_that_nobody_follows_is_a_warning(void **state)
{
	struct fixture *x = *state;
	call(x, SERVER, "netdfs", 13, "10.0.0.66", 1);
	call_back(x, OTHER, 2);       // somewhere else
	call_back(x, ATTACKER, 3600); // much later
	fixture_finish(x);
	assert_int_equal(found_of(x, "coercion"), 1);
	assert_int_equal(found_first(x, "coercion")->severity, EVENT_WARNING);
}

static void a_servers_own_paths_and_printers_are_nothing(void **state)
{
	struct fixture *x = *state;
	call(x, SERVER, "efsrpc", 0, "\\\\10.0.0.10\\data\\secret.doc", 1);
	call(x, SERVER, "efsrpc", 4, "C:\\data\\secret.doc", 2);
	call(x, SERVER, "spoolss", 69, "\\\\10.0.0.10\\Laser", 3);
	call(x, SERVER, "spoolss", 65, "\\\\10.0.0.66", 4);
	call_back(x, ATTACKER, 5);
	call(x, OTHER, "spoolss", 69, "Laser", 6);
	call(x, OTHER, "spoolss", 65, "\\\\WORKSTATION", 7);
	fixture_finish(x);
	assert_int_equal(found_of(x, "coercion"), 0);
}

static void a_print_client_that_names_another_is_none(void **state)
{
	struct fixture *x = *state;
	call(x, SERVER, "spoolss", 69, "\\\\10.0.0.10\\Laser", 3);
	call(x, SERVER, "spoolss", 65, "\\\\10.0.0.77", 4);
	fixture_finish(x);
	assert_int_equal(found_of(x, "coercion"), 1);
}

static void the_print_servers_own_handle_is_told(void **state)
{
	struct fixture *x = *state;
	call(x, SERVER, "spoolss", 69, "\\\\10.0.0.10", 3);
	call(x, SERVER, "spoolss", 65, "\\\\10.0.0.66", 4);
	call_back(x, ATTACKER, 4.01);
	fixture_finish(x);
	assert_int_equal(found_of(x, "coercion"), 1);
}

// --- credentials --------------------------------------------------------------------------------------

static void a_saved_hive_that_is_fetched_is_one_alert(void **state)
{
	struct fixture *x = *state;
	call(x, SERVER, "winreg", 20, "C:\\Windows\\Temp\\abc.tmp", 1);
	file(x, SERVER,
		&(struct deed){ .action = "close", .share = "ADMIN$", .path = "Temp/abc.tmp", .read = 60000 },
		3);
	fixture_finish(x);
	assert_int_equal(found_of(x, "credential_access"), 1);
	assert_int_equal(found_first(x, "credential_access")->severity, EVENT_ALERT);
}

static void replication_is_for_controllers(void **state)
{
	struct fixture *x = *state;
	call(x, SERVER, "drsuapi", 3, NULL, 1);
	fixture_finish(x);
	assert_int_equal(found_first(x, "credential_access")->severity, EVENT_ALERT);
}

// Who gives out tickets is a controller, and replicates.
static void a_controllers_replication_is_nothing(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	scene_init(&s, EVENT_AUTH, OTHER, ATTACKER, 3);
	s.event.result = EVENT_SUCCESS;
	s.auth.protocol = "kerberos";
	s.event.auth = &s.auth;
	scene_feed(x, &s, 0);
	call(x, SERVER, "drsuapi", 3, NULL, 1);
	fixture_finish(x);
	assert_int_equal(found_of(x, "credential_access"), 0);
}

static void secrets_are_known_by_name_and_by_content(void **state)
{
	static const struct deed secrets[] = {
		{ .action = "close", .share = "backup", .path = "dc1/ntds.dit", .read = 1 << 24 },
		{ .action = "close", .share = "C$", .path = "Windows/System32/config/SAM", .read = 65536 },
		{ .action = "close",
			.share = "data",
			.path = "holiday.jpg",
			.type = "registry_hive",
			.written = 9 },
	};
	struct fixture *x = *state;
	for (size_t i = 0; i < 3; i++) {
		char host[32];
		(void)snprintf(host, sizeof(host), "10.0.2.%zu", i);
		file(x, host, &secrets[i], (double)i);
	}
	file(x, SERVER,
		&(struct deed){ .action = "close",
			.share = "profiles",
			.path = "alice/NTUSER.DAT",
			.type = "registry_hive",
			.read = 900000 },
		9);
	file(x, SERVER,
		&(struct deed){ .action = "close", .share = "data", .path = "solar/system", .read = 900000 },
		10);
	fixture_finish(x);
	assert_int_equal(found_of(x, "credential_access"), 3);
}

// --- waves --------------------------------------------------------------------------------------------

static void encrypt(struct fixture *x, int i, double before, double after, const char *type)
{
	char path[64];
	(void)snprintf(path, sizeof(path), "docs/%d.doc", i);
	file(x, SERVER,
		&(struct deed){ .action = "close",
			.share = "data",
			.path = path,
			.read = 9000,
			.read_entropy = before },
		i * 0.1);
	file(x, SERVER,
		&(struct deed){ .action = "close",
			.share = "data",
			.path = path,
			.written = 9000,
			.written_entropy = after,
			.type = type },
		i * 0.1 + 0.05);
}

static void files_that_become_random_are_a_wave(void **state)
{
	struct fixture *x = *state;
	for (int i = 0; i < 19; i++)
		encrypt(x, i, 4.5, 7.95, NULL);
	fixture_finish(x);
	assert_int_equal(found_of(x, "mass_modification"), 0);
	for (int i = 19; i < 50; i++)
		encrypt(x, i, 4.5, 7.95, NULL);
	fixture_finish(x);
	assert_int_equal(found_of(x, "mass_modification"), 1);
	assert_int_equal(found_first(x, "mass_modification")->count, 50);
}

static void editing_packing_and_media_are_none(void **state)
{
	struct fixture *x = *state;
	for (int i = 0; i < 50; i++)
		encrypt(x, i, 4.5, 5.1, NULL);
	for (int i = 100; i < 150; i++)
		encrypt(x, i, 7.9, 7.95, NULL);
	for (int i = 200; i < 250; i++)
		encrypt(x, i, 5.0, 7.9, "zip");
	fixture_finish(x);
	assert_int_equal(found_of(x, "mass_modification"), 0);
}

static void much_that_is_read_is_told_once(void **state)
{
	struct fixture *x = *state;
	for (int i = 0; i < 1200; i++) {
		char path[64];
		(void)snprintf(path, sizeof(path), "f/%d", i % 600);
		file(x, SERVER,
			&(struct deed){ .action = "close", .share = "data", .path = path, .read = 10 },
			i * 0.01);
	}
	fixture_finish(x);
	assert_int_equal(found_of(x, "mass_read"), 1);
	assert_in_range(found_first(x, "mass_read")->count, 590, 600); // names that hash alike count once
}

static void one_file_read_often_is_not_much(void **state)
{
	struct fixture *x = *state;
	for (int i = 0; i < 5000; i++)
		file(x, SERVER,
			&(struct deed){ .action = "close", .share = "data", .path = "db", .read = 10 },
			i * 0.01);
	fixture_finish(x);
	assert_int_equal(found_of(x, "mass_read"), 0);
}

// --- what is usual ------------------------------------------------------------------------------------

static void connect_to(struct fixture *x, const char *account, const char *share, double second)
{
	struct scene s;
	scene_init(&s, EVENT_TREE_CONNECT, ATTACKER, SERVER, 1);
	s.session.account = account;
	s.event.result = EVENT_SUCCESS;
	s.event.share = share;
	scene_feed(x, &s, second);
}

static void what_was_learned_is_not_told_and_lasts(void **state)
{
	char path[] = "/tmp/signet-baseline-XXXXXX";
	struct fixture *x = *state;
	struct baseline *b = baseline_new(), *again = baseline_new();
	(void)close(mkstemp(path));
	(void)unlink(path);
	assert_int_equal(baseline_load(b, path), 0);
	x->settings.baseline = b;
	x->settings.first_seen_learn_s = 100;
	connect_to(x, "alice", "data", 0);
	connect_to(x, "bob", "data", 50);
	connect_to(x, "alice", "DATA", 200);
	assert_int_equal(found_of(x, "first_seen"), 0);
	connect_to(x, "alice", "secret", 201);
	connect_to(x, "alice", "secret", 202);
	connect_to(x, "alice", "IPC$", 203);
	connect_to(x, "mallory", "data", 204);
	assert_int_equal(found_of(x, "first_seen"), 2);
	assert_int_equal(baseline_save(b, path), 0);
	assert_int_equal(baseline_load(again, path), 0);
	assert_int_equal(baseline_count(again), baseline_count(b));
	x->settings.baseline = again;
	connect_to(x, "mallory", "data", 300);
	assert_int_equal(found_of(x, "first_seen"), 2);
	(void)unlink(path);
	baseline_free(b);
	baseline_free(again);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_program_that_is_started_is_one_alert),
		TEST(what_a_command_said_proves_that_it_ran),
		TEST(managing_by_objects_is_no_alert),
		TEST(who_looks_for_what_manages_a_server_is_a_remark),
		TEST(a_service_of_a_program_from_any_share_is_an_alert),
		TEST(a_service_of_another_program_is_a_warning),
		TEST(a_service_that_is_a_command_line_is_an_alert),
		TEST(many_hosts_management_is_told),
		TEST(browsing_and_starting_a_service_is_nothing),
		TEST(a_server_that_follows_a_path_is_an_alert),
		TEST(a_path_that_nobody_follows_is_a_warning),
		TEST(a_servers_own_paths_and_printers_are_nothing),
		TEST(a_print_client_that_names_another_is_none),
		TEST(the_print_servers_own_handle_is_told),
		TEST(a_saved_hive_that_is_fetched_is_one_alert),
		TEST(replication_is_for_controllers),
		TEST(a_controllers_replication_is_nothing),
		TEST(secrets_are_known_by_name_and_by_content),
		TEST(files_that_become_random_are_a_wave),
		TEST(editing_packing_and_media_are_none),
		TEST(much_that_is_read_is_told_once),
		TEST(one_file_read_often_is_not_much),
		TEST(what_was_learned_is_not_told_and_lasts),
	};
	return RUN_TESTS(tests);
}
