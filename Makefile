# samtaled. One file, no recursion: objects below build/, everything found by find, what a machine needs in src/system/packages.txt.
#
#   make            build/samtaled                      make check      installs what tests need, runs all of them
#   make run        demo with sample weeks on :8080     make lint       style, rooms, sizes, banned words
#   make unit       unit tests only                     make bench      prints ratios of interleaved runs
#   make check-SUITE  one of SUITES                   make packages   installs what building needs
#   make install    DESTDIR=, PREFIX=/usr               make deb        a Debian package, in build/deb
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all
B := build
# make V=1 shows whole command lines.
say = $(if $(V),,@printf "%-6s%s\n" $1 $2;)

CC := gcc
LIBS := libuv libpq libmicrohttpd libcjson libsodium zlib libutf8proc
# Asked once, when first needed: a machine that is still without them can run `make packages`.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(LIBS)))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $$(shell pkg-config --libs $(LIBS)) -lstemmer -lm -lpthread)$(PKG_LIBS)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wcast-align -Wpointer-arith -Wwrite-strings \
  -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wvla -Wformat=2 -Wundef -Wswitch-enum -Wfloat-equal \
  -Wdouble-promotion -Wnull-dereference -Wredundant-decls -Werror
WARN_gcc := -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wformat-overflow=2 -Wformat-signedness
DEBUG :=
HARDEN := -O2 $(DEBUG) -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection=full \
  -ftrivial-auto-var-init=zero -fPIC
HARDEN_LINK := -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed
SANITIZE := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
CSTD := -std=c17 -D_GNU_SOURCE -fvisibility=hidden -Iinclude
CFLAGS_all = $(CSTD) $(WARN) $(PKG_CFLAGS) -MMD -MP

SRC := $(sort $(shell find src -name '*.c' -not -path 'src/dashboard/*'))
LIB_SRC := $(filter-out src/app/main.c,$(SRC))
EMBED := $(sort $(shell find sql src/packs -type f 2>/dev/null | grep -v '/\.') $(wildcard src/samples/*.jsonl) src/samples/names.txt docs/openapi.json)

.PHONY: bench bench-dashboard model eval eval-public all check-tsan coverage lint lint-all lint-house lint-cppcheck lint-shell format format-check unit fuzz check check-unit check-fuzz check-gold check-sql check-end_to_end check-faults check-browser run packages manual install install-program install-library deb clean
all: $(B)/samtaled

# ---- product ---------------------------------------------------------------------------------------------------
OBJ := $(LIB_SRC:%.c=$(B)/o/%.o) $(B)/o/product.o
$(B)/samtaled: $(B)/o/src/app/main.o $(OBJ)
	$(call say,LD,$@) $(CC) -o $@ $^ $(HARDEN_LINK) $(PKG_LIBS)
# the same with memory that gives out when a test asks for it
FAILING := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
$(B)/samtaled_failing: $(B)/o/src/app/main.o $(B)/o/tests/faults/failing.o $(OBJ)
	$(call say,LD,$@) $(CC) -o $@ $^ $(FAILING) $(HARDEN_LINK) $(PKG_LIBS)
$(B)/o/%.o: %.c | $(B)/needs
	@mkdir -p $(@D)
	$(call say,CC,$@) $(CC) $(CFLAGS_all) $(WARN_gcc) $(HARDEN) -c -o $@ $<
# the linear models beside the packs, out of the labelled conversations; docs/models.md. By hand: the result is kept in the repository
HELD := $(wildcard src/samples/*.dev.jsonl)
TAUGHT := $(filter-out $(HELD),$(wildcard src/samples/*.jsonl))
HALF := $(wildcard src/samples/hands/*.jsonl)
model: $(B)/samtaled
	$(B)/samtaled train --out $(B)/labels.model $(HELD:%=--held %) $(HALF:%=--half %) $(TAUGHT)
	mv $(B)/labels.model src/packs/labels.model
eval: $(B)/samtaled
	$(B)/samtaled train --leave-domain-out $(HELD:%=--held %) $(HALF:%=--half %) $(TAUGHT)
# public sets that other people annotated, where they stand beside the repository
eval-public: $(B)/samtaled
	tests/public/eval.mjs
$(B)/gen/embedded.c: src/system/embed.sh $(EMBED) | $(B)/gen
	$(call say,EMBED,$@) src/system/embed.sh $@ $(foreach f,$(EMBED),$(f)=$(f))
# the product carries the page too, as page/FILE and page/FILE.gz; PAGE= builds without it (and without npm)
PAGE := $(B)/page/index.html
$(B)/gen/product.c: src/system/embed.sh $(EMBED) $(PAGE) | $(B)/gen
	$(call say,EMBED,$@) src/system/embed.sh $@ $(foreach f,$(EMBED),$(f)=$(f)) \
	  $(if $(PAGE),$$(find $(B)/page -type f -printf 'page/%P=$(B)/page/%P\n'))
$(B)/o/product.o: $(B)/gen/product.c
	@mkdir -p $(@D)
	$(call say,CC,$@) $(CC) $(CSTD) $(HARDEN) -c -o $@ $<
$(B)/gen:
	@mkdir -p $@

# ---- the page: npm's registry only when the lock changes, built into $(B)/page with compressed copies ------------------
PAGE_DIR := src/dashboard
PAGE_SRC := $(sort $(shell find $(PAGE_DIR) -type f -not -path '*/node_modules/*' -not -name '.*'))
NPM := npm --no-update-notifier --loglevel=error
.PHONY: page check-page
page: $(B)/page/index.html
$(PAGE_DIR)/node_modules/.samtale: $(PAGE_DIR)/package-lock.json
	cd $(PAGE_DIR) && $(NPM) ci
	@touch $@
$(B)/page/index.html: $(PAGE_SRC) $(PAGE_DIR)/node_modules/.samtale
	cd $(PAGE_DIR) && ./node_modules/.bin/tsc && ./node_modules/.bin/vite build --logLevel warn --outDir $(abspath $(B))/page
	find $(B)/page -type f ! -name '*.woff2' ! -name '*.gz' -exec gzip -9 -k -n -f {} +
check-page: $(PAGE_DIR)/node_modules/.samtale
	cd $(PAGE_DIR) && ./node_modules/.bin/tsc
	@rm -rf $(B)/page-test
	$(PAGE_DIR)/node_modules/.bin/esbuild tests/page/*.test.ts --bundle --platform=node --format=esm --out-extension:.js=.mjs \
	  --log-level=warning --outdir=$(B)/page-test
	node --test --test-reporter=tap $(B)/page-test

# ---- unit tests: each test file a program; built sanitized (san), against races (tsan) and counting lines (cov) ---------------
UNIT_NAMES := $(patsubst tests/unit/%.c,%,$(sort $(wildcard tests/unit/test_*.c)))
define VARIANT
$(B)/$1/%.o: %.c
	@mkdir -p $$(@D)
	$$(call say,CC,$$@) $$(CC) $$(CFLAGS_all) $2 -c -o $$@ $$<
$(B)/$1/embedded.o: $(B)/gen/embedded.c
	@mkdir -p $$(@D)
	$$(call say,CC,$$@) $$(CC) $$(CSTD) $2 -c -o $$@ $$<
$(B)/$1/libsamtale.a: $(LIB_SRC:%.c=$(B)/$1/%.o) $(B)/$1/embedded.o
	@rm -f $$@
	$$(call say,AR,$$@) ar rcs $$@ $$^
$(B)/$1/test_%: tests/unit/test_%.c $(B)/$1/libsamtale.a
	$$(call say,LD,$$@) $$(CC) $$(CFLAGS_all) $2 -o $$@ $$< $(B)/$1/libsamtale.a $$(TEST_LIBS)
$(B)/$1/samtaled: $(B)/$1/src/app/main.o $(B)/o/product.o $(B)/$1/libsamtale.a
	$$(call say,LD,$$@) $$(CC) $2 -o $$@ $$^ $$(PKG_LIBS)
$(B)/$1/samtaled_failing: $(B)/$1/src/app/main.o $(B)/o/product.o $(B)/$1/tests/faults/failing.o $(B)/$1/libsamtale.a
	$$(call say,LD,$$@) $$(CC) $2 -o $$@ $$^ $(FAILING) $$(PKG_LIBS)
endef
TEST_LIBS = -lcmocka $(PKG_LIBS)
$(eval $(call VARIANT,san,$(SANITIZE)))
$(eval $(call VARIANT,tsan,-O1 -g -fsanitize=thread))
# counted by several threads
$(eval $(call VARIANT,cov,-O0 -g --coverage -fprofile-update=atomic))
UNIT_RUN = ASAN_OPTIONS=allow_user_segv_handler=0:detect_stack_use_after_return=1 CMOCKA_MESSAGE_OUTPUT=TAP tests/tap.sh
unit check-unit: $(UNIT_NAMES:%=$(B)/san/%)
	@$(UNIT_RUN) $^
check-tsan: $(UNIT_NAMES:%=$(B)/tsan/%)
	@$(UNIT_RUN) $^
# SAMTALE_BIN=build/san/samtaled make check-end_to_end runs the whole program sanitized.
# make coverage: everything built once more without optimisation and with counters, then all suites but page and fuzz, two at a time: the unit
# tests and the inputs kept for fuzzing in processes of their own, gold (but for its training), sql, end to end, faults and browser through
# the whole program.
# Counts of all processes add up in build/cov/**/*.gcda (one that is killed by SIGKILL leaves none), gcovr prints a row a file. Some 15
# minutes on two cores that are otherwise idle. It ends with status 0 when every test passed and both bars are reached.
COVERAGE_LINES := 95
COVERAGE_BRANCHES := 85
COVERED := end_to_end gold faults browser sql
# and the inputs kept for the fuzz targets, which run here without libFuzzer
REPLAYED := file filename json mask masked native pack text
$(B)/cov/fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c tests/fuzz/reading.h $(B)/cov/libsamtale.a
	$(call say,LD,$@) $(CC) $(CFLAGS_all) -O0 -g --coverage -fprofile-update=atomic -o $@ $(filter %.c,$^) $(B)/cov/libsamtale.a $(PKG_LIBS)
coverage: $(UNIT_NAMES:%=$(B)/cov/%) $(REPLAYED:%=$(B)/cov/fuzz_%) $(B)/cov/samtaled $(B)/cov/samtaled_failing all
	@find $(B)/cov -name '*.gcda' -delete
	@status=0; \
	{ $(UNIT_RUN) $(filter $(B)/cov/test_%,$^) && $(B)/cov/fuzz_file tests/fuzz/corpus/read_vcon && \
	  for t in $(REPLAYED); do $(B)/cov/fuzz_$$t tests/fuzz/corpus/$$t; done; } || status=1; \
	TEST_TIMEOUT=1800 SAMTALE_BIN=$(CURDIR)/$(B)/cov/samtaled SAMTALE_TRAINER=$(CURDIR)/$(B)/samtaled $${MAKE:-make} --no-print-directory -k -j2 -O $(COVERED:%=check-%) || status=1; \
	gcovr -j 2 -r . --object-directory $(B)/cov --filter src/ --exclude-unreachable-branches --gcov-ignore-parse-errors \
	  --fail-under-line $(COVERAGE_LINES) --fail-under-branch $(COVERAGE_BRANCHES) || status=1; \
	exit $$status

# ---- fuzz targets: the pure rooms under libFuzzer, FUZZ_S seconds each -----------------------------------------------
FUZZ_S := 17
PURE := base model text kpi read privacy join score rollup
FUZZ_SRC := $(filter $(PURE:%=src/%/%),$(LIB_SRC))
# every reader in the table of formats has a target of its own, made of tests/fuzz/reader.c
READERS := $(sort $(shell perl -0ne 'print "$$1 " while /const struct format format_\w+ = \{\s*\{"(\w+)"/g' src/read/*.c))
FUZZ := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c))) $(READERS:%=$(B)/fuzz/fuzz_read_%)
# what make check fuzzes longer: all else has a few seconds, so that the suite stays near two minutes
FUZZ_LONG := $(B)/fuzz/fuzz_json $(B)/fuzz/fuzz_text $(B)/fuzz/fuzz_read_vcon
FUZZ_SHORT_S := 4
FUZZ_FLAGS := $(SANITIZE) -fsanitize=fuzzer-no-link
$(B)/fz/%.o: %.c
	@mkdir -p $(@D)
	$(call say,FUZZ,$@) clang $(CFLAGS_all) $(FUZZ_FLAGS) -c -o $@ $<
$(B)/fz/embedded.o: $(B)/gen/embedded.c
	@mkdir -p $(@D)
	$(call say,FUZZ,$@) clang $(CSTD) $(FUZZ_FLAGS) -c -o $@ $<
$(B)/fuzz/%: tests/fuzz/%.c $(FUZZ_SRC:%.c=$(B)/fz/%.o) $(B)/fz/embedded.o
	@mkdir -p $(@D)
	$(call say,LD,$@) clang $(CFLAGS_all) $(SANITIZE) -fsanitize=fuzzer -o $@ $(filter %.c %.o,$^) $(PKG_LIBS)
$(READERS:%=$(B)/fuzz/fuzz_read_%): $(B)/fuzz/fuzz_read_%: tests/fuzz/reader.c tests/fuzz/reading.h $(FUZZ_SRC:%.c=$(B)/fz/%.o) $(B)/fz/embedded.o
	@mkdir -p $(@D)
	$(call say,LD,$@) clang $(CFLAGS_all) -DREADER='"$*"' $(SANITIZE) -fsanitize=fuzzer -o $@ $(filter %.c %.o,$^) $(PKG_LIBS)
$(B)/fuzz/fuzz_settings: $(patsubst %,$(B)/fz/src/app/%.o,settings settings_read settings_value settings_maps nearest)
$(B)/fuzz/fuzz_http: $(B)/fz/src/http/target.o $(B)/fz/src/http/encoding.o
fuzz: $(FUZZ)
	@tests/fuzz/run.sh $(FUZZ_S) $(FUZZ)
check-fuzz: $(FUZZ)
	@tests/fuzz/run.sh $(FUZZ_S) $(FUZZ_LONG) -- $(FUZZ_SHORT_S) $(filter-out $(FUZZ_LONG),$(FUZZ))

# ---- all tests: each suite is a target that prints TAP ---------------------------------------------------------------
SUITES := unit page fuzz gold sql end_to_end faults browser
TESTS_OF = $(sort $(shell find tests/$1 -maxdepth 1 -type f \( -perm -u+x -o -name '*.sql' -o -name '*.mjs' \) -name 'test_*' 2>/dev/null))
TEST_MODULES := tests/node_modules/.samtale
$(TEST_MODULES): tests/package-lock.json
	cd tests && $(NPM) ci
	@touch $@
check-sql: $(B)/samtaled
	@tests/with_postgres.sh tests/tap.sh $(call TESTS_OF,sql)
check-gold: $(B)/samtaled
	@tests/tap.sh $(call TESTS_OF,gold)
check-end_to_end: $(B)/samtaled $(B)/samtaled_failing $(TEST_MODULES)
	@tests/tap.sh $(call TESTS_OF,end_to_end)
check-faults: $(B)/samtaled $(TEST_MODULES)
	@TEST_TIMEOUT=$${TEST_TIMEOUT:-600} tests/tap.sh $(call TESTS_OF,faults)
check-browser: $(B)/samtaled $(TEST_MODULES)
	@TEST_TIMEOUT=$${TEST_TIMEOUT:-600} tests/tap.sh $(call TESTS_OF,browser)
# -j of one's own: these two are what a newcomer types
check:
	@src/system/install_packages.sh run check
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@tests/check.sh $(SUITES)

# ---- the demo: src/system/run.sh says what it does; ended also when make itself is killed ----------------------------
run:
	@src/system/install_packages.sh run
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@exec setpriv --pdeathsig TERM src/system/run.sh

# ---- lint: what a reader should not have to look for --------------------------------------------------------------------
# A file is looked at again when it or a header it opens has changed. What clang-tidy leaves out and why: .clang-tidy. gcc 12 takes every
# struct that a function of another file returns for uninitialized; clang looks for that.
TEST_SRC := $(sort $(wildcard tests/unit/*.c tests/fuzz/*.c tests/faults/*.c))
SCRIPTS = $(shell grep -lIEr --exclude-dir=node_modules '^#!/bin/(ba)?sh' src tests .ci)
$(B)/lint/tests/fuzz/reader.tidy: CFLAGS_all += -DREADER='"native"'
$(B)/lint/%.tidy: %.c .clang-tidy
	@mkdir -p $(@D)
	$(call say,TIDY,$<) clang $(CFLAGS_all) -MF $(@:.tidy=.d) -MT $@ -fsyntax-only $<
	@$(if $(filter tests/%,$<),true,clang-tidy --quiet $< -- $(CSTD) $(PKG_CFLAGS) 2>/dev/null)
	@$(if $(filter tests/%,$<),true,gcc $(CSTD) $(PKG_CFLAGS) -O1 -fanalyzer -Wno-analyzer-use-of-uninitialized-value -Werror -c -o /dev/null $<)
	@touch $@
lint:
	@src/system/install_packages.sh run check lint
	@$(MAKE) --no-print-directory lint-all
lint-all: all lint-house lint-cppcheck lint-shell format-check $(patsubst %.c,$(B)/lint/%.tidy,$(SRC) $(TEST_SRC))
	@echo "lint: no faults"
lint-house:
	@src/system/lint.pl
# cppcheck takes a buffer that is handed to be filled for one that is read; both compilers look for that better.
lint-cppcheck:
	@mkdir -p $(B)/cppcheck
	@cppcheck --std=c11 --enable=warning,performance,portability --inline-suppr --suppress=uninitvar --suppress=legacyUninitvar --error-exitcode=1 --cppcheck-build-dir=$(B)/cppcheck -q -Iinclude src
lint-shell:
	@shellcheck -x $(SCRIPTS)
FORMATTED = $(shell find src include tests -name '*.[ch]' -not -path '*/node_modules/*')
format:
	@clang-format -i $(FORMATTED)
format-check:
	@clang-format --dry-run -Werror $(FORMATTED)

# ---- the library of the pure rooms: one object in which only the names of the doors can be seen -------------------------------
LIBRARY_PACKS := $(sort $(wildcard src/packs/*))
$(B)/lib/embedded.c: src/system/embed.sh $(LIBRARY_PACKS)
	@mkdir -p $(@D)
	$(call say,EMBED,$@) src/system/embed.sh $@ $(foreach f,$(LIBRARY_PACKS),$(f)=$(f))
$(B)/lib/embedded.o: $(B)/lib/embedded.c
	$(call say,CC,$@) $(CC) $(CSTD) $(HARDEN) -c -o $@ $<
$(B)/lib/libsamtale.a: $(FUZZ_SRC:%.c=$(B)/o/%.o) $(B)/lib/embedded.o
	@rm -f $@
	$(call say,AR,$@) ld -r -o $(@D)/samtale.o $^ && objcopy --wildcard --keep-global-symbol='sam_*' $(@D)/samtale.o && ar rcs $@ $(@D)/samtale.o
install-library: $(B)/lib/libsamtale.a
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib $<
	@mkdir -p $(DESTDIR)$(PREFIX)/lib/pkgconfig
	@printf '%s\n' 'prefix=$(PREFIX)' 'Name: samtale' 'Description: reads, masks, joins and scores service conversations' \
	  "Version: $$(sed -n 's/^#define SAMTALE_VERSION "\(.*\)"/\1/p' include/samtale/app.h)" 'Requires.private: libsodium libutf8proc zlib' \
	  'Cflags: -I$${prefix}/include' 'Libs: -L$${prefix}/lib -lsamtale' 'Libs.private: -lstemmer -lm -lpthread' \
	  >$(DESTDIR)$(PREFIX)/lib/pkgconfig/samtale.pc
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/include/samtale $(wildcard $(PURE:%=include/samtale/%.h))

# ---- installing -----------------------------------------------------------------------------------------------------------
DESTDIR :=
PREFIX := /usr
MANUAL := $(B)/man/samtaled.1 $(B)/man/samtaled.conf.5
manual: $(MANUAL) $(B)/samtaled.completion
$(B)/man/samtaled.1: $(B)/samtaled
	@mkdir -p $(@D)
	$(B)/samtaled man | scdoc >$@
$(B)/man/samtaled.conf.5: $(B)/samtaled
	@mkdir -p $(@D)
	$(B)/samtaled config man | scdoc >$@
$(B)/samtaled.completion: $(B)/samtaled
	$(B)/samtaled completion >$@
install-program: all manual
	install -D -m 755 $(B)/samtaled $(DESTDIR)$(PREFIX)/bin/samtaled
	install -D -m 755 src/system/setup_database.sh $(DESTDIR)$(PREFIX)/lib/samtaled/setup_database
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 $(B)/man/samtaled.1
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man5 $(B)/man/samtaled.conf.5
	install -D -m 644 $(B)/samtaled.completion $(DESTDIR)$(PREFIX)/share/bash-completion/completions/samtaled
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/samtaled $(wildcard docs/*.md docs/*.json)
	install -d -m 755 $(DESTDIR)/etc/samtaled $(DESTDIR)/etc/samtaled/packs
	[ -e $(DESTDIR)/etc/samtaled/samtaled.conf ] || $(B)/samtaled config show >$(DESTDIR)/etc/samtaled/samtaled.conf
install: install-program install-library
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib/systemd/system src/system/samtaled.service
	install -D -m 644 src/system/samtaled.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/samtaled.conf
	install -D -m 644 src/system/samtaled.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/samtaled.conf

# The package is built in a copy of the tree, where src/system/debian stands as debian/; node_modules are linked, so that no registry is asked.
DEB := $(B)/deb/samtaled
deb: manual
	@src/system/install_packages.sh run check deb
	rm -rf $(B)/deb
	mkdir -p $(DEB)
	tar --exclude=./$(B) --exclude=./.git --exclude=./.run --exclude=node_modules -cf - . | tar -C $(DEB) -xf -
	[ ! -d $(PAGE_DIR)/node_modules ] || cp -al $(PAGE_DIR)/node_modules $(DEB)/$(PAGE_DIR)/
	cp -R src/system/debian $(DEB)/debian
	cp src/system/samtaled.service src/system/samtaled.sysusers src/system/samtaled.tmpfiles $(DEB)/debian/
	cd $(DEB) && dpkg-buildpackage -us -uc -b >../build.log 2>&1 || { tail -n 30 ../build.log; exit 1; }
	lintian --fail-on error $(B)/deb/*.deb
	@ls -l $(B)/deb/*.deb

# ---- bench: ratios of interleaved runs, medians of five ---------------------------------------------------------------
BENCH_C := -std=c17 -D_GNU_SOURCE -Iinclude -O2 -Wall -Wextra -Werror
$(B)/bench/%: tests/bench/%.c $(wildcard tests/bench/*.h) $(OBJ)
	@mkdir -p $(@D)
	$(call say,LD,$@) $(CC) $(BENCH_C) $(PKG_CFLAGS) -o $@ $(filter-out %.h,$^) -pie -fPIE $(PKG_LIBS)
# files to read: the shared samples where they are, and the small ones of every format
BENCH_FILES = $(sort $(shell find $${SAMTALE_SHARED:-../shared}/data/formats src/samples tests/fuzz/corpus/file tests/fuzz/corpus/read_vcon -type f \
  -not -name '*.md' -not -name '*.txt' -not -name '*.c' -not -name '*.h' 2>/dev/null))
bench: $(B)/samtaled $(B)/bench/ingest $(B)/bench/beside $(B)/bench/stages $(B)/bench/reading $(B)/bench/score $(B)/bench/http
	@src/system/install_packages.sh run bench
	@status=0; \
	tests/bench/http.sh || status=1; \
	$(B)/bench/stages 2000 || status=1; \
	$(B)/bench/reading $(BENCH_FILES) || status=1; \
	$(B)/bench/score 10 || status=1; \
	tests/bench/ingest.sh || status=1; \
	exit $$status

# times of the queries of page, lists and drill-down with 100,000 to 4 million conversations of a year, and what upkeep costs; about 20 minutes, 30 GB
bench-dashboard: $(B)/samtaled $(B)/bench/ingest $(B)/bench/beside
	@tests/bench/dashboard.sh

# ---- the dictionary of schema bi, out of its comments; kept in the repository, a test sees that it is new -----------------------
.PHONY: dictionary
dictionary: $(B)/samtaled
	src/system/dictionary.sh >$(B)/dictionary.md
	mv $(B)/dictionary.md docs/dictionary.md

# ---- machine ------------------------------------------------------------------------------------------------------------
packages:
	@src/system/install_packages.sh run
$(B)/needs: src/system/packages.txt
	@src/system/install_packages.sh --only-tell run
	@mkdir -p $(@D)
	@touch $@

clean:
	rm -rf $(B)

-include $(shell find $(B) -name '*.d' -type f -not -path '$(B)/deb/*' 2>/dev/null)
