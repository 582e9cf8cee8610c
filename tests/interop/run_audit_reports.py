#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reports in each form, also one whose every text wants out of its place: JSON and SARIF keep to their schemas,
JUnit to what its readers know, the text moves no terminal, and the page runs in a browser without a word of
complaint and without asking anybody for anything."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import jsonschema

from run_fuzz_session import test_program
from signet_server import ROOT, Report

SAMPLE = test_program("audit_report_sample")
KINDS = ["hostile", "one", "fleet", "lint", "empty"]
HERE = Path(__file__).resolve().parent
CHROMIUM = shutil.which("chromium")
BROWSER = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
           "--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND",
           "--enable-logging=stderr", "--v=0", "--virtual-time-budget=2000"]
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029\ufeff]")


def written(kind, form):
    done = subprocess.run([SAMPLE, kind, form], stdout=subprocess.PIPE, timeout=60, check=True)
    return done.stdout.decode("utf-8")  # and not otherwise: bytes of others are replaced


def faults(schema, document):
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [f"{list(e.path)}: {e.message}"[:300] for e in validator.iter_errors(document)][:3]


def json_faults(schema, text):
    document = json.loads(text)
    found = faults(schema, document)
    subjects = document.get("hosts", document.get("files"))
    counted = document["summary"]["hosts" if "hosts" in document else "files"]
    if counted != len(subjects):
        found.append(f"{counted} counted of {len(subjects)}")
    for subject in subjects:
        if subject["grade"] != "?":
            worst = max([f["grade"] for f in subject["findings"] if f["waiver"] is None], default="A")
            if subject["grade"] != worst:
                found.append(f"graded {subject['grade']} with a {worst}")
    return found


def check_json(report):
    schema = json.loads((ROOT / "docs" / "audit-report.schema.json").read_text())
    jsonschema.validators.validator_for(schema).check_schema(schema)
    for kind in KINDS:
        text = written(kind, "json")
        found = json_faults(schema, text)
        report.check(f"json {kind}: as its schema says", not found, "; ".join(found))
        report.check(f"json {kind}: twice the same", text == written(kind, "json"))
    document = json.loads(written("one", "json"))
    document["hosts"][0]["findings"][0]["severity"] = "dreadful"
    report.check("json: the schema can tell", faults(schema, document))
    checks = json.loads(written("one", "checks-json"))["checks"]
    lacking = [c["id"] for c in checks if not c["why"] or not (c["remedies"] or c["id"] == "information_disclosed")]
    report.check("checks: each says why, and what to do", len(checks) > 50 and not lacking, str(lacking))


def sarif_faults(schema, text, kind):
    document = json.loads(text)
    found = faults(schema, document)
    run = document["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        if rules[result["ruleIndex"]] != result["ruleId"]:
            found.append(f"{result['ruleId']} points to {rules[result['ruleIndex']]}")
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        if not re.fullmatch(r"[A-Za-z0-9._~/:%\[\]-]+", uri):
            found.append(f"no URI: {uri!r}")
    if kind != "empty" and not run["results"]:
        found.append("no results")
    return found


def check_sarif(report):
    schema = json.loads((HERE / "schemas" / "sarif-2.1.0-rtm.5.json").read_text())
    for kind in KINDS:
        found = sarif_faults(schema, written(kind, "sarif"), kind)
        report.check(f"sarif {kind}: as its schema says", not found, "; ".join(found))
    run = json.loads(written("lint", "sarif"))["runs"][0]
    places = {r["ruleId"]: r["locations"][0]["physicalLocation"] for r in run["results"]}
    report.check("sarif lint: file and line", places["signing_not_required"] == {
        "artifactLocation": {"uri": "file:///etc/samba/smb.conf"}, "region": {"startLine": 12}}, str(places))
    report.check("sarif lint: names are escaped",
                 places["share_guest"]["artifactLocation"]["uri"] == "file:///etc/samba/shares%20%231.conf")
    run = json.loads(written("fleet", "sarif"))["runs"][0]
    waived = [r for r in run["results"] if r["suppressions"]]
    report.check("sarif: waivers are suppressions", waived and all(
        r["suppressions"][0]["justification"] for r in waived) and len(waived) < len(run["results"]))
    states = {r["baselineState"] for r in run["results"]}
    report.check("sarif: known and new", states == {"unchanged", "new"}, str(states))
    broken = json.loads(written("one", "sarif"))
    broken["runs"][0]["results"][0]["level"] = "dreadful"
    report.check("sarif: the schema can tell", faults(schema, broken))


# What Jenkins, GitLab and others know, and no more.
JUNIT = {
    "testsuites": ({"name", "tests", "failures", "errors", "skipped", "time"}, ["testsuite"]),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname"},
                  ["properties", "testcase"]),
    "properties": (set(), ["property"]),
    "property": ({"name", "value"}, []),
    "testcase": ({"classname", "name", "time"}, ["failure", "error", "skipped", "system-out"]),
    "failure": ({"type", "message"}, []),
    "error": ({"type", "message"}, []),
    "skipped": ({"message"}, []),
    "system-out": (set(), []),
}


def junit_faults(element):
    attributes, children = JUNIT[element.tag]
    found = [f"{element.tag} has {a}" for a in element.attrib if a not in attributes]
    for child in element:
        if child.tag not in children:
            found.append(f"{child.tag} in {element.tag}")
        else:
            found += junit_faults(child)
    return found


def junit_counts(suite):
    cases = suite.findall("testcase")
    return {"tests": len(cases), "failures": len(suite.findall("testcase/failure")),
            "errors": len(suite.findall("testcase/error")), "skipped": len(suite.findall("testcase/skipped"))}


def check_junit(report):
    for kind in KINDS:
        root = ElementTree.fromstring(written(kind, "junit").encode())
        found = junit_faults(root)
        for suite in root:
            found += [f"{k} is {suite.get(k)}, counted {v}" for k, v in junit_counts(suite).items()
                      if suite.get(k) != str(v)]
        totals = {k: str(sum(junit_counts(s)[k] for s in root)) for k in ("tests", "failures", "errors", "skipped")}
        found += [f"{k} in all" for k, v in totals.items() if root.get(k) != v]
        report.check(f"junit {kind}: what readers know, rightly counted", not found, "; ".join(found[:3]))
    one = ElementTree.fromstring(written("one", "junit").encode())
    names = {c.get("name"): [e.tag for e in c] for c in one.iter("testcase")}
    report.check("junit: found fails, waived and open are skipped, the rest passes", (
        names["smb1_accepted"], names["netbios_session_open"], names["ntlmv1_accepted"], names["lm_accepted"]
        if "lm_accepted" in names else [], names["clock_skew"]) == (["failure"], ["skipped"], ["skipped"], [], []),
        str(names))


def check_text(report):
    for kind in KINDS:
        text = written(kind, "text")
        found = STEERING.search(text)
        report.check(f"text {kind}: nothing moves the terminal", not found, repr(found))
    wide = [line for line in written("fleet", "text").splitlines() if len(line) > 100 and line[:12].strip()]
    report.check("text: fits a terminal, but for what is to be copied", not wide, str(wide[:2]))
    coloured = re.sub("\x1b\\[[0-9;]*m", "", written("hostile", "colour"))
    report.check("text: colours are its own", coloured == written("hostile", "text"))


class Page(HTMLParser):
    """What a page is made of."""

    VOID = {"meta", "input", "circle", "rect"}
    TAGS = {"html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "h1", "h2", "h3",
            "p", "b", "code", "pre", "span", "ul", "li", "div", "table", "tr", "th", "td", "a", "svg", "circle", "rect",
            "text", "label", "input", "button", "output", "details", "summary", "article", "dl", "dt", "dd", "script"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults, self.open, self.ids, self.targets, self.scripts = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        if tag not in self.TAGS:
            self.faults.append(f"<{tag}>")
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "src", "srcset", "action", "formaction", "xlink:href"):
                self.faults.append(f"{name}={value}")
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.targets.append(value)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> out of place")

    def handle_data(self, data):
        if self.open and self.open[-1] in ("script", "style"):
            self.scripts.append(data)


def page_faults(text):
    page = Page()
    page.feed(text)
    page.close()
    found = page.faults + [f"left open: {t}" for t in page.open]
    found += [f"refers to {t}" for t in page.targets if not t.startswith("#") or t[1:] not in page.ids]
    found += [f"two of {i}" for i in set(page.ids) if page.ids.count(i) > 1]
    if len(page.scripts) != 2:
        found.append(f"{len(page.scripts)} styles and scripts")
    for script in page.scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        if f"'sha256-{digest}'" not in text:
            found.append("a style or script whose hash is not in the policy")
        if re.search(r"https?:|//[a-z]|@import|url\(|import\(|XMLHttpRequest|fetch\(", script):
            found.append("a style or script that asks for something")
    if "default-src 'none'" not in text:
        found.append("no policy")
    return found


def browse(page, *options):
    """The document after it ran, and what the browser's console said."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as home:
        done = subprocess.run([*BROWSER, f"--user-data-dir={home}", *options, f"file://{page}"], timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    console = [line for line in done.stderr.decode(errors="replace").splitlines() if "CONSOLE" in line]
    return done.stdout.decode(errors="replace"), console


def check_page_in_browser(report, kind, text, place):
    page = place / f"{kind}.html"
    page.write_text(text)
    document, console = browse(page, "--dump-dom")
    report.check(f"browser {kind}: no complaint", not console, str(console[:2]))
    hosts = len(re.findall('class="host"', text))
    report.check(f"browser {kind}: its script runs, and shows all", f"{hosts} of {hosts}" in document
                 and re.search('<html[^>]*class="js"', document), document[:300])
    for width in (390, 1280):
        shot = place / f"{kind}-{width}.png"
        browse(page, f"--window-size={width},900", f"--screenshot={shot}")
        report.check(f"browser {kind}: a picture {width} wide", shot.exists() and shot.stat().st_size > 8000)


def check_page(report):
    for kind in KINDS:
        text = written(kind, "html")
        found = page_faults(text)
        report.check(f"html {kind}: whole, and refers to nothing outside", not found, "; ".join(found[:4]))
        report.check(f"html {kind}: nothing steers", not STEERING.search(text))
    report.check("html: a script of somebody else would be seen",
                 page_faults(written("one", "html").replace("</main>", "<script>1</script><img src=x></main>")))
    if CHROMIUM is None:
        report.skip("browser", "there is no chromium here")
        return
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        place = Path(name)
        for kind in ("hostile", "one", "fleet"):
            check_page_in_browser(report, kind, written(kind, "html"), place)
        page = place / "foreign.html"
        page.write_text(written("one", "html").replace("</main>", "<script>document.title = 'x'</script></main>"))
        document, console = browse(page, "--dump-dom")
        report.check("browser: the policy stops another script, and the console says so",
                     console and "<title>x</title>" not in document, str(console[:1]))


def main():
    report = Report()
    if SAMPLE is None:
        report.check("the tests' programs are built", False, "audit_report_sample is missing")
        return report.exit_status()
    check_json(report)
    check_sarif(report)
    check_junit(report)
    check_text(report)
    check_page(report)
    return report.exit_status()


if __name__ == "__main__":
    raise SystemExit(main())
