// SPDX-License-Identifier: Apache-2.0
#include "audit/report/report_summary.h"

#include <arpa/inet.h>
#include <string.h>

const char summary_grades[SUMMARY_GRADES + 1] = "ABCDEF?";

static size_t grade_index(char grade)
{
	return grade >= 'A' && grade <= 'F' ? (size_t)(grade - 'A') : SUMMARY_GRADES - 1;
}

void subject_count_findings(const struct audit_subject *s, size_t counts[SUMMARY_SEVERITIES])
{
	memset(counts, 0, SUMMARY_SEVERITIES * sizeof(counts[0]));
	for (const struct audit_finding *f = s->findings; f; f = f->next) {
		if (!f->waiver)
			counts[f->severity]++;
	}
}

static void summary_add(struct report_summary *sum, const struct audit_subject *s)
{
	size_t counts[SUMMARY_SEVERITIES];

	sum->subjects++;
	sum->grades[grade_index(s->grade)]++;
	if (s->grade != '?' && (sum->worst == '?' || s->grade > sum->worst))
		sum->worst = s->grade;
	if (s->outcome == AUDIT_DONE || s->outcome == AUDIT_PARTIAL)
		sum->answered++;
	subject_count_findings(s, counts);
	for (size_t i = 0; i < SUMMARY_SEVERITIES; i++)
		sum->findings[i] += counts[i];
	for (const struct audit_finding *f = s->findings; f; f = f->next) {
		sum->known += f->known;
		sum->waived += f->waiver != NULL;
	}
	for (const struct open_question *q = s->open; q; q = q->next)
		sum->open++;
}

struct report_summary report_summarise(const struct audit_report *r)
{
	struct report_summary sum = { .worst = '?' };

	for (const struct audit_subject *s = r->subjects; s; s = s->next)
		summary_add(&sum, s);
	return sum;
}

const char *outcome_name(enum audit_outcome o)
{
	static const char *const names[] = {
		[AUDIT_DONE] = "done",
		[AUDIT_PARTIAL] = "partial",
		[AUDIT_UNREACHABLE] = "unreachable",
		[AUDIT_UNREADABLE] = "unreadable",
	};

	return (size_t)o < ARRAY_LEN(names) ? names[o] : "unknown";
}

static bool is_windows(enum platform p)
{
	return p == PLATFORM_WINDOWS_POWERSHELL || p == PLATFORM_WINDOWS_REGISTRY;
}

bool subject_wants_remedy(const struct audit_subject *s, enum platform p)
{
	return !s->platform_known || s->platform == p || (is_windows(s->platform) && is_windows(p));
}

const char *finding_message(const struct audit_finding *f)
{
	return f->summary ? f->summary : f->check->title;
}

// Names come from the network too, and may have colons as well: only an address is one.
bool address_is_ipv6(const char *address)
{
	size_t len = strcspn(address, "%"); // before a zone
	char text[INET6_ADDRSTRLEN];
	struct in6_addr binary;

	if (len >= sizeof(text))
		return false;
	memcpy(text, address, len);
	text[len] = 0;
	return inet_pton(AF_INET6, text, &binary) == 1;
}
