// SPDX-License-Identifier: Apache-2.0
// Parts of the page, each written where it belongs.
#ifndef SIGNET_AUDIT_REPORT_REPORT_HTML_PARTS_H
#define SIGNET_AUDIT_REPORT_REPORT_HTML_PARTS_H

#include "audit/findings.h"
#include "audit/report/report_xml.h"

// With more subjects than these, explanations and fixes stand once, at the end, instead of in each subject.
enum { HTML_SUBJECTS_IN_FULL = 100 };

struct html_page {
	struct xml_writer xml;
	const struct audit_report *report;
};

void html_put_overview(struct html_page *p); // grades as a picture, counts
void html_put_common(struct html_page *p);   // which finding is in how many subjects
void html_put_filter(struct html_page *p);
void html_put_subject(struct html_page *p, const struct audit_subject *s, size_t number);
void html_put_checks(struct html_page *p); // what is found at all, explained

void html_put_severity(struct html_page *p, enum audit_severity s);
void html_put_remedies(struct html_page *p, const struct check *check, const struct audit_subject *s);
void html_put_references(struct html_page *p, const struct check *check);
const char *html_grade_class(char grade); // "A" to "F", "q"

#endif
