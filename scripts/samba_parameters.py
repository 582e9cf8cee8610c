#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes src/audit/lint/samba_parameters.c: what parameters the installed Samba has, as its testparm says.

    scripts/samba_parameters.py > src/audit/lint/samba_parameters.c

Names, types and synonyms are of `testparm --show-all-parameters`, defaults of `testparm -s -v` with an empty
smb.conf, and which of an enumeration's words mean the same is found by setting each and asking back."""

import re
import subprocess
import sys
import tempfile

# What depends on the machine that this is run on.
OF_THE_MACHINE = {"netbios name", "server string", "max open files", "aio max threads"}
# testparm raises it for its own messages.
DEFAULTS = {"log level": "0"}
KINDS = {"P_BOOL": "BOOL", "P_BOOLREV": "BOOL", "P_ENUM": "ENUM", "P_INTEGER": "NUMBER"}


def testparm(*arguments, config=""):
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(config)
        file.flush()
        done = subprocess.run(["testparm", "-s", *arguments, file.name], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False)
    return done.stdout.decode(errors="replace")


def version():
    said = subprocess.run(["testparm", "--version"], stdout=subprocess.PIPE, check=True).stdout.decode()
    return re.search(r"\d+\.\d+", said).group()


def parameters():
    """{name: (scope, type, words, deprecated, synonym of, inverted)}"""
    found = {}
    scope = "SHARE"
    for line in testparm("--show-all-parameters").splitlines():
        if line == "[global]":
            scope = "GLOBAL"
        match = re.match(r"([^=\[]+)=(P_\w+),(.*)$", line)
        if not match or line.startswith("-"):
            continue
        name, kind, rest = match.groups()
        synonym = re.search(r"\((inverse )?synonym of (.*)\)", rest)
        words = re.split(r",(?:FLAG_| \(|$)", rest)[0].split("|") if kind == "P_ENUM" else []
        entry = (scope, kind, words, "FLAG_DEPRECATED" in rest, synonym and synonym.group(2),
                 bool(synonym and synonym.group(1)))
        # Share parameters are listed once more among the global ones.
        found.setdefault(name, entry)
    return found


def defaults():
    found = {}
    for line in testparm("-v", config="[global]\n").splitlines():
        match = re.match(r"\t([^=]+?) = (.*)$", line)
        if match and match.group(1) not in OF_THE_MACHINE:
            found[match.group(1)] = match.group(2).strip()
    return found | DEFAULTS


def same_words(name, words):
    """"No=False=0|Yes=True": those that mean the same together, the word that testparm writes first."""
    groups = {}
    for word in words:
        # A role or a security that lacks something else is refused, but that is not asked here.
        said = testparm("-l", f"--parameter-name={name}", config=f"[global]\n{name} = {word}\n").strip()
        groups.setdefault(said or word, []).append(word)
    return "|".join("=".join([said, *(w for w in group if w != said)]) for said, group in groups.items())


def c_text(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if text is not None else "NULL"


def main():
    names = parameters()
    values = defaults()
    print(f"""// SPDX-License-Identifier: Apache-2.0
// Made by scripts/samba_parameters.py from what testparm of Samba {version()} says; not to be edited.
// clang-format off
#include "audit/lint/samba_parameters.h"

const char samba_parameters_version[] = "{version()}";

const struct samba_parameter samba_parameters[] = {{""")
    for name in sorted(names, key=lambda n: n.lower().replace(" ", "")):
        scope, kind, words, deprecated, synonym, inverted = names[name]
        row = [c_text(name), f"SAMBA_{scope}", f"SAMBA_{KINDS.get(kind, 'TEXT')}"]
        if words and not synonym:
            row.append(f".words = {c_text(same_words(name, words))}")
        if synonym:
            row.append(f".synonym_of = {c_text(synonym)}")
        if name in values:
            row.append(f".standard = {c_text(values[name])}")
        row += [".inverted = true"] * inverted + [".deprecated = true"] * deprecated
        print(f"\t{{ {', '.join(row)} }},")
    print("};\nconst size_t samba_parameter_count = ARRAY_LEN(samba_parameters);")
    return 0


if __name__ == "__main__":
    sys.exit(main())
