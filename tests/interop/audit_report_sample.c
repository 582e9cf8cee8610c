// SPDX-License-Identifier: Apache-2.0
// Reports made by hand, one of them by somebody who means harm: audit_report_sample WHICH FORMAT, written to
// standard output. WHICH is hostile, fleet (a few hundred hosts), lint, one or empty.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/report/report.h"

#define BEGUN_US 1795000000123000ULL

// What tries to leave the place it is put into: of HTML, XML, JSON, terminals, and of UTF-8 itself.
static const char *const hostile_texts[] = {
	"<script>fetch('http://evil.example/')</script>",
	"\"><img src=x onerror=alert(1)>",
	"' onmouseover='alert(1)",
	"]]></failure><!--",
	"</style></script></title><base href=//evil.example/>",
	"\x1b[2J\x1b]0;owned\x07\x1b[31mred",
	"\xff\xfe broken \xc0\xaf \xed\xa0\x80 \xf5\x80\x80\x80",
	"right \xe2\x80\xae to left",
	"line\nbreak\r\ttab\x01\x7f\xc2\x9b",
	"\", \"grade\": \"A\", \"x\": \"",
	"&lt;b&gt; &amp; %s %n \\u0000 ${x}",
	"\xef\xbf\xbe\xef\xbf\xbf \xf0\x9f\x92\xa9 \xe6\x97\xa5\xe6\x9c\xac",
	"https://evil.example/a.js",
	"javascript:alert(1)",
};

static struct audit_report report;

static struct audit_finding *add(
	struct audit_subject *s, const char *id, const char *subject, const char *sent, const char *received)
{
	struct audit_finding *f = report_add_finding(&report, s, id, subject);

	if (!f || !finding_add_evidence(&report, f, sent, received))
		exit(1);
	return f;
}

static struct audit_subject *add_host(
	const char *address, const char *name, const char *system, enum platform p)
{
	struct audit_subject *s = report_add_subject(&report, address, 445);

	if (!s)
		exit(1);
	s->name = name;
	s->system = system;
	s->platform = p;
	s->platform_known = system != NULL;
	s->begun_us = BEGUN_US;
	s->ended_us = BEGUN_US + 1234000;
	return s;
}

static void add_typical(struct audit_subject *s)
{
	add(s, "signing_not_required", NULL, "SMB2 NEGOTIATE, SMB 3.1.1, signing enabled but not required",
		"SecurityMode 0x0001: SIGNING_ENABLED without SIGNING_REQUIRED");
	add(s, "encryption_not_required", NULL,
		"SMB2 TREE_CONNECT \\\\192.0.2.7\\IPC$, not encrypted, after authentication",
		"STATUS_SUCCESS, TreeId 0x00000005");
	add(s, "smb1_accepted", NULL, "SMB1 NEGOTIATE with the dialect \"NT LM 0.12\"",
		"DialectIndex 0, SecurityMode 0x03");
	struct audit_finding *f =
		add(s, "guest_accepted", NULL, "SMB2 SESSION_SETUP, NTLM, user \"signet-no-such-user\"",
			"STATUS_SUCCESS, SessionFlags 0x0001: IS_GUEST");
	f->summary = "The account signet-no-such-user, which does not exist, was let in as guest.";
	f = add(s, "share_writable_by_everyone", "projects", "SMB2 TREE_CONNECT \\\\192.0.2.7\\projects",
		"MaximalAccess 0x001f01ff; DACL: Everyone, FullControl");
	f->known = true;
	f = add(s, "netbios_session_open", NULL, "NetBIOS SESSION REQUEST to port 139",
		"POSITIVE SESSION RESPONSE");
	f->waiver = "The scanners of building 4 need it (until 2027-03-31)";
	add(s, "compression_offered", NULL, "COMPRESSION_CAPABILITIES: LZ77", "LZ77");
	report_add_open(&report, s, "ntlmv1_accepted", "needs credentials");
	report_add_open(&report, s, "ntlm_mic_not_required", "needs credentials");
	subject_conclude(s);
}

static void make_hostile(void)
{
	static const char *const ids[] = { "share_guest", "share_anonymous", "pipe_anonymous" };

	for (size_t i = 0; i < ARRAY_LEN(hostile_texts); i++) {
		const char *text = hostile_texts[i];
		struct audit_subject *s = add_host(text, text, text, PLATFORM_SAMBA);
		struct audit_finding *f = add(s, ids[i % ARRAY_LEN(ids)], text, text, text);

		s->error = text;
		s->outcome = AUDIT_PARTIAL;
		s->platform_known = i % 2;
		f->summary = text;
		if (i % 4 == 0)
			f->waiver = text;
		report_add_open(&report, s, "lm_accepted", text);
		subject_conclude(s);
		if (!report_add_note(&report, text))
			exit(1);
	}
	report.command = "signet audit '<b>\x1b[1m'";
}

static void make_typical(void)
{
	add_typical(add_host("192.0.2.7", "files.example.com", "Samba", PLATFORM_SAMBA));
	report.command = "signet audit files.example.com";
}

static void make_fleet(void)
{
	static const char *const names[] = { "Samba", "Windows", "Signet", "ksmbd" };
	static const enum platform platforms[] = { PLATFORM_SAMBA, PLATFORM_WINDOWS_POWERSHELL,
		PLATFORM_SIGNET, PLATFORM_KSMBD };
	char address[32];

	for (unsigned i = 0; i < 60; i++) {
		(void)snprintf(address, sizeof(address), "192.0.2.%u", i + 1);
		struct audit_subject *s =
			add_host(address, NULL, i % 7 == 6 ? NULL : names[i % 4], platforms[i % 4]);

		if (i % 9 == 8) {
			s->outcome = AUDIT_UNREACHABLE;
			s->error = "connection refused";
		} else if (i % 4 == 2) {
			if (i % 3)
				add(s, "ntlm_accepted", NULL, "NTLM NEGOTIATE", "CHALLENGE");
		} else if (i % 5 == 0) {
			add_typical(s);
		} else {
			add(s, "signing_not_required", NULL, "SMB2 NEGOTIATE", "SecurityMode 0x0001");
			if (i % 3)
				add(s, "old_dialect_accepted", "2.1", "SMB2 NEGOTIATE with 0x0210",
					"DialectRevision 0x0210");
		}
		subject_conclude(s);
	}
	report.has_baseline = true;
	report.command = "signet audit 192.0.2.0/26 --baseline monday.json";
	if (!report_add_note(&report, "waivers.ini:7: the waiver of smb1_accepted ended on 2026-10-31, and "
				      "the finding is still there"))
		exit(1);
}

static void make_lint(void)
{
	struct audit_subject *s = report_add_subject(&report, "/etc/samba/smb.conf", 0);
	struct audit_finding *f;

	if (!s)
		exit(1);
	report.is_lint = true;
	report.command = "signet lint /etc/samba/smb.conf";
	s->system = "smb.conf";
	s->platform = PLATFORM_SAMBA;
	s->platform_known = true;
	f = add(s, "signing_not_required", NULL, "server signing", "\tserver signing = auto");
	f->file = "/etc/samba/smb.conf";
	f->line = 12;
	f = add(s, "share_guest", "Fotos & Filme", "guest ok", "guest ok = yes");
	f->file = "/etc/samba/shares #1.conf";
	f->line = 3;
	f = add(s, "encryption_not_required", NULL, "server smb encrypt",
		"not set; the default is if_required");
	f->file = "/etc/samba/smb.conf";
	subject_conclude(s);
	s = report_add_subject(&report, "broken.conf", 0);
	if (!s)
		exit(1);
	s->outcome = AUDIT_UNREADABLE;
	s->error = "broken.conf:4: neither a section, nor NAME = VALUE";
	subject_conclude(s);
}

static int write_as(const char *format)
{
	if (strcmp(format, "text") == 0)
		return report_write_text(stdout, &report, false);
	if (strcmp(format, "colour") == 0)
		return report_write_text(stdout, &report, true);
	if (strcmp(format, "json") == 0)
		return report_write_json(stdout, &report);
	if (strcmp(format, "sarif") == 0)
		return report_write_sarif(stdout, &report);
	if (strcmp(format, "junit") == 0)
		return report_write_junit(stdout, &report);
	if (strcmp(format, "html") == 0)
		return report_write_html(stdout, &report);
	if (strcmp(format, "checks-json") == 0)
		return report_list_checks(stdout, true);
	return -1;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	audit_report_init(&report);
	report.begun_us = BEGUN_US;
	report.ended_us = BEGUN_US + 9876000;
	if (strcmp(argv[1], "hostile") == 0)
		make_hostile();
	else if (strcmp(argv[1], "one") == 0)
		make_typical();
	else if (strcmp(argv[1], "fleet") == 0)
		make_fleet();
	else if (strcmp(argv[1], "lint") == 0)
		make_lint();
	int result = write_as(argv[2]);
	audit_report_done(&report);
	return result == 0 ? 0 : 1;
}
