// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "cli/cli.h"
#include "cli/watch_settings.h"

const struct cli_verb cli_verbs[] = {
	{ "serve", cli_serve, "signet serve --config FILE [--check [--json]]",
		"share folders over SMB 3.1.1, signed and sealed",
		"Serves the shares of the configuration until it is told to end.\n"
		"\n"
		"  --config FILE  the configuration; see signet help config\n"
		"  --check        only check it, and print what it enforces\n"
		"  --json         with --check: print that as JSON\n"
		"\n"
		"SIGHUP reads the configuration and the accounts again and opens the file of events anew; a\n"
		"configuration with errors is refused whole, and the old one stays in force. SIGINT and "
		"SIGTERM\n"
		"end the server.\n" },
	{ "user", cli_user,
		"signet user add|passwd|remove|list [NAME] --config FILE [--password-stdin] [--ntlm] "
		"[--json]",
		"manage the accounts that may log in",
		"Changes the accounts in the configuration's state directory. A running server takes changes "
		"over\n"
		"on SIGHUP.\n"
		"\n"
		"  add NAME          make an account; asks for its password\n"
		"  passwd NAME       give it another password\n"
		"  remove NAME       remove it\n"
		"  list              show all accounts\n"
		"\n"
		"  --config FILE     the server's configuration\n"
		"  --password-stdin  read the password from standard input, one line\n"
		"  --ntlm            let the account log in with NTLMv2; without it, no hash of its password "
		"is\n"
		"                    stored, and it can log in with Kerberos alone\n"
		"  --json            with list: as JSON\n" },
	{ "watch", cli_watch,
		"signet watch (-i IFACE | -r FILE...) [--config FILE] [--json] [--min-severity S] "
		"[--keytab FILE] [--nt-hash FILE] [--fail-on S] [--state DIR] [--zeek DIR] [--syslog "
		"ADDRESS]",
		"judge the SMB sessions of a network, and find attacks in them",
		"Reads packets, gives each SMB session a verdict and says which attacks it sees.\n"
		"\n"
		"  -i IFACE          watch an interface until SIGINT or SIGTERM; on a terminal as a table\n"
		"  -r FILE...        read captures (pcap, pcapng; - for standard input), all of them as "
		"one,\n"
		"                    in the order of their packets' times\n"
		"  --config FILE     settings: section [detect]; see below\n"
		"  --json            each event as JSON, one a line (docs/events.md)\n"
		"  --min-severity S  tell only of what is at least info, notice, warning or alert\n"
		"  --keytab FILE     keys of services, to verify signatures and open seals\n"
		"  --nt-hash FILE    the same with accounts' NT hashes: ACCOUNT:HASH, one a line\n"
		"  --fail-on S       status 3 when an alert of that severity or a higher one was raised\n"
		"  --state DIR       keep sessions, alerts and events in DIR/signet.db\n"
		"  --zeek DIR        write Zeek's smb_files, smb_mapping, ntlm and kerberos logs to DIR\n"
		"  --syslog ADDRESS  send alerts by syslog: udp:HOST[:PORT], tcp:HOST[:PORT], unix:PATH\n"
		"\n"
		"Status: 0 done, 1 input could not be read, 2 asked wrongly, 3 see --fail-on. A damaged "
		"capture\n"
		"is read as far as it goes, and that is said.\n",
		watch_settings_print_help },
	{ "alerts", cli_alerts,
		"signet alerts --state DIR [--since TIME] [--host ADDRESS] [--account NAME] [--detection ID] "
		"[--min-severity S] [--limit N] [--json]",
		"list the alerts that a watch has raised",
		"Asks what `signet watch --state DIR` has kept. The oldest comes first.\n"
		"\n"
		"  --since TIME      2026-01-31, 2026-01-31T12:00:00Z, or a time ago: 30m, 12h, 7d\n"
		"  --host ADDRESS    that this host has to do with\n"
		"  --account NAME    that this account has to do with\n"
		"  --detection ID    of this detection alone: ntlm_relay, ...\n"
		"  --min-severity S  info, notice, warning or alert, and what is more severe\n"
		"  --limit N         the newest N\n"
		"  --json            as they were written, one a line\n" },
	{ "sessions", cli_sessions,
		"signet sessions --state DIR [--since TIME] [--host ADDRESS] [--account NAME] [--grade "
		"LETTERS] "
		"[--limit N] [--json]",
		"list the sessions that a watch has seen, and what they were worth",
		"Asks what `signet watch --state DIR` has kept. The oldest comes first.\n"
		"\n"
		"  --since TIME      2026-01-31, 2026-01-31T12:00:00Z, or a time ago: 30m, 12h, 7d\n"
		"  --host ADDRESS    of this client or server\n"
		"  --account NAME    of this account\n"
		"  --grade LETTERS   with one of these grades: DEF\n"
		"  --limit N         the newest N\n"
		"  --json            as they were written, one a line\n" },
	{ "map", cli_map,
		"signet map (--state DIR [--since TIME] | -r FILE...) [--json | --dot | --allow "
		"nftables|windows]",
		"show who opens sessions to whom, and what a firewall has to let through",
		"The sessions of captures, or those that `signet watch --state DIR` has kept, by client and "
		"server:\n"
		"how many, and how protected.\n"
		"\n"
		"  --state DIR        what a watch has kept\n"
		"  --since TIME       2026-01-31, 2026-01-31T12:00:00Z, or a time ago: 30m, 12h, 7d\n"
		"  -r FILE...         captures\n"
		"  --json             as JSON\n"
		"  --dot              for Graphviz\n"
		"  --allow nftables   a ruleset that lets through just what was seen\n"
		"  --allow windows    the same as a PowerShell script for the servers' own firewalls\n" },
	{ "audit", cli_audit,
		"signet audit TARGET... [--user [DOMAIN\\]USER --password-stdin | --kerberos] [--json | "
		"--sarif | --junit | --html FILE | --fix PLATFORM] [--baseline FILE] [--waivers FILE] "
		"[--fail-on GRADE] [--dry-run] [--try-logons] [--rate N] [--parallel N] [--timeout S] "
		"[--quiet]\n       signet audit --diff OLD NEW [--json] [--fail-on GRADE]\n       signet "
		"audit "
		"--list-checks [--json]",
		"try what hosts enforce and what they let pass, and grade them",
		"Asks each host over SMB what it accepts, and says what somebody on the network could do "
		"with "
		"it,\n"
		"with the evidence. Nothing is written there.\n"
		"\n"
		"  TARGET            HOST, HOST:PORT, an IPv6 address, [IPV6]:PORT, a network "
		"(192.0.2.0/24,\n"
		"                    192.0.2.0/24:PORT), or @FILE with one of these a line (@-: "
		"standard\n"
		"                    input)\n"
		"\n"
		"  --user NAME       look from this account's side too: shares, rights, what is enforced\n"
		"  --password-stdin  its password is the first line of standard input\n"
		"  --kerberos        log on with the tickets of the credential cache instead\n"
		"  --try-logons      also try one log-on that must fail, with an account that does not "
		"exist; "
		"with\n"
		"                    --user, its password with NTLMv1, LM and others until one is refused: "
		"who\n"
		"                    listens can work it out\n"
		"\n"
		"  --json, --sarif, --junit   the report in that form\n"
		"  --html FILE       as a page\n"
		"  --fix PLATFORM    instead of the report, the settings that close its findings: samba, "
		"ksmbd,\n"
		"                    windows-powershell, windows-registry (windows-gpo) or signet\n"
		"  --baseline FILE   an earlier report (--json): what it has is marked as known\n"
		"  --waivers FILE    findings that are accepted until a date\n"
		"  --fail-on GRADE   status 3 when a host has this grade or a worse one\n"
		"\n"
		"  --dry-run         say what would be sent to whom, and send nothing\n"
		"  --rate N          connections a second to all hosts together (2000; 0: without a limit)\n"
		"  --parallel N      hosts at once (1024)\n"
		"  --timeout S       seconds for an answer (3)\n"
		"  --quiet           no progress on standard error\n"
		"\n"
		"  --diff OLD NEW    what got better and worse from one report to the other; with --fail-on, "
		"status "
		"3\n"
		"                    when a host got worse and has this grade or a worse one now\n"
		"  --list-checks     everything that can be found\n"
		"\n"
		"Status: 0 done, 1 nothing was reachable, 2 asked wrongly or with a file that is of no use, "
		"3 see\n"
		"--fail-on.\n" },
	{ "lint", cli_lint,
		"signet lint FILE... [--format FORMAT] [--json | --sarif | --junit | --html FILE | --fix "
		"PLATFORM] [--baseline FILE] [--waivers FILE] [--fail-on GRADE]",
		"read configurations of SMB servers and clients, and say what they leave open",
		"Reads smb.conf (with what it includes), ksmbd.conf, what PowerShell prints for\n"
		"Get-SmbServerConfiguration | ConvertTo-Json and the client's, .reg files, and signet's own\n"
		"configuration; - is standard input. The findings are those of signet audit, with their "
		"lines.\n"
		"\n"
		"  --format FORMAT   samba, ksmbd, windows-server, windows-client, registry or signet; "
		"without it,\n"
		"                    the file says what it is\n"
		"  --fix PLATFORM    instead of the report, the settings that close its findings; for "
		"samba,\n"
		"                    ksmbd and signet a patch of the file\n"
		"\n"
		"--json, --sarif, --junit, --html, --baseline, --waivers and --fail-on are those of signet "
		"audit.\n"
		"\n"
		"Status: 0 done, 1 a file could not be read, 2 asked wrongly or with a file that is of no "
		"use, 3 see\n"
		"--fail-on.\n" },
	{ "help", cli_help, "signet help [VERB | config | example]", "explain a verb or the configuration",
		"  signet help VERB     what the verb does\n"
		"  signet help config   every key of the configuration\n"
		"  signet help example  a commented configuration\n" },
};

const size_t cli_verb_count = ARRAY_LEN(cli_verbs);

const struct cli_verb *cli_verb_find(const char *name)
{
	for (size_t i = 0; i < cli_verb_count; i++) {
		if (strcmp(cli_verbs[i].name, name) == 0)
			return &cli_verbs[i];
	}
	return NULL;
}
