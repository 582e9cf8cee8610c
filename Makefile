# SPDX-License-Identifier: Apache-2.0
# Short names for the daily loop; meson and ninja do the work.
.PHONY: build test asan tsan fuzz lint analyse fmt cover bench bench-hostile bench-watch bench-audit docs clean

FUZZ_SECONDS ?= 20
SOURCES = $(shell git ls-files '*.c' '*.h')

# The optimised program, at build/signet.
build: build/build.ninja
	ninja -C build

build/build.ninja:
	meson setup build --buildtype=release

test: build
	meson configure build -Dtests=true
	meson test -C build --print-errorlogs

asan:
	test -f build-asan/build.ninja || meson setup build-asan -Db_sanitize=address,undefined -Dbuildtype=debugoptimized
	ninja -C build-asan
	UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 meson test -C build-asan --print-errorlogs --timeout-multiplier 4

tsan:
	test -f build-tsan/build.ninja || meson setup build-tsan -Db_sanitize=thread -Dbuildtype=debugoptimized
	ninja -C build-tsan
	TSAN_OPTIONS=halt_on_error=1 meson test -C build-tsan --suite unit --print-errorlogs --timeout-multiplier 8

# Each target for FUZZ_SECONDS from its corpus; new inputs go to build-fuzz/corpus, crashes to build-fuzz.
fuzz:
	test -f build-fuzz/build.ninja || CC=clang meson setup build-fuzz -Dfuzz=true -Dtests=false -Db_sanitize=address,undefined -Db_lundef=false -Dbuildtype=debugoptimized
	ninja -C build-fuzz
	@set -e; for corpus in fuzz/corpus/*/; do \
		name=$$(basename $$corpus); mkdir -p build-fuzz/corpus/$$name; \
		echo "fuzz $$name"; \
		build-fuzz/fuzz/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 \
			-verbosity=0 -artifact_prefix=build-fuzz/$$name- build-fuzz/corpus/$$name $$corpus; \
	done

# cppcheck does not know the cleanup attribute, and takes a value that was checked for one that was not.
CPPCHECK_WRONG = missingIncludeSystem nullPointerRedundantCheck resourceLeak returnDanglingLifetime \
	ctunullpointer ctuuninitvar

lint: build analyse
	git ls-files quickstart check .ci/run '*.sh' | xargs shellcheck

# What reads the code; compile commands are all that it needs of the build.
analyse: build/build.ninja
	cppcheck --quiet --enable=warning,portability --inline-suppr --error-exitcode=1 \
		$(CPPCHECK_WRONG:%=--suppress=%) --library=posix -DSIGNET_VERSION='""' -Isrc -j 2 src
	git -c safe.directory='*' ls-files 'src/*.c' | xargs -P "$$(nproc)" -n 4 clang-tidy -p build --quiet --warnings-as-errors='*'

fmt:
	clang-format -i $(SOURCES)

cover:
	test -f build-cover/build.ninja || meson setup build-cover -Db_coverage=true -Dbuildtype=debug
	ninja -C build-cover
	meson test -C build-cover --print-errorlogs
	@command -v gcovr >/dev/null || { echo "make cover needs gcovr: apt install gcovr" >&2; exit 1; }
	gcovr -r . build-cover --exclude tests --exclude fuzz --txt build-cover/coverage.txt
	tail -n 1 build-cover/coverage.txt

# Signet and Debian's Samba on this machine in one run; prints a table of ratios.
bench: build
	tests/bench/run

# The sensor against tshark and Suricata on the same captures.
bench-watch: build
	tests/bench/bench_watch.py

# How long an ordinary client waits while others attack the server.
bench-hostile: build
	tests/bench/bench_hostile.py

# A thousand hosts, by signet audit and by nmap.
bench-audit: build
	tests/bench/bench_audit.py

clean:
	rm -rf build build-asan build-tsan build-fuzz build-cover

# What is generated from the program's tables; tests compare it.
docs: build
	build/signet help man-config > docs/man/signet.conf.5
	build/signet help man-checks > docs/man/signet-checks.7
	build/signet help events-markdown > docs/events.md
	build/signet help metrics-markdown > docs/metrics.md
