# The two commands of the README are `make demo` and `make test`; each does the set-up it needs.
# PYTHON=… picks the interpreter (3.11 to 3.13), PORT=… the demo's port,
# TELEGRAM=1 a simulated Telegram beside it (TELEGRAM_PORT=8081).

PORT ?= 8000
PYTHON ?=
# How many tests run side by side; `make test WORKERS=0` runs them in one process.
WORKERS ?= 2
# The least branch coverage of the parts that decide, in percent.
COVERAGE_GATE ?= 100

IN = .venv/bin
PIP_INSTALL = $(IN)/python -m pip install --quiet --disable-pip-version-check --no-input
# A lock is whole, so nothing is resolved: pip would look past a pin for `coverage[toml]`.
FROM_LOCK = $(PIP_INSTALL) --require-hashes --no-deps --only-binary :all: --requirement
CATALOGUES = $(wildcard locales/*/LC_MESSAGES/*.po)

.DEFAULT_GOAL = help
.DELETE_ON_ERROR:
# Two recipes that install into one `.venv` at once would break it, whatever -j says.
.NOTPARALLEL:
.PHONY: help demo test check setup setup-dev bench bench-turns mutants soak fuzz wheel lock fonts clean

help: ## Show what can be made.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 18

demo: setup ## Start chat and console with a made-up lender; TELEGRAM=1 adds a phone beside them.
	@exec $(if $(TELEGRAM),$(IN)/python tools/telegram_demo.py) $(IN)/reprieve demo --port $(PORT)

test: check ## Everything CI runs; the last line is pytest's own.
	@$(IN)/coverage erase
	@$(IN)/python -m pytest --numprocesses $(WORKERS) --no-loadscope-reorder --cov --cov-report=
	@gate=$$($(IN)/coverage report --fail-under=$(COVERAGE_GATE)) || { echo "$$gate"; exit 1; }

check: setup-dev ## The fast part of it: style, types, layers, words.
	$(IN)/ruff check
	$(IN)/ruff format --check
	$(IN)/mypy
	$(IN)/lint-imports
	$(IN)/python -m bot.texts.check

setup: .venv/.setup .venv/.catalogues .venv/.compiled ## Prepare .venv with .venv/bin/reprieve.

setup-dev: setup .venv/.setup-dev ## The same, with what the checks and tests need.

bench: setup ## Measure, print a table and write it to docs/benchmarks.md; LARGE=1 for all.
	$(IN)/python -m benchmarks $(if $(LARGE),--large)

bench-turns: setup build/turns/.competitors ## The same for a turn, beside three other bots; needs npm.
	@cp $(COMPETITORS)/grammy_bot.mjs build/turns/node/
	$(IN)/python -m benchmarks.turns

mutants: setup-dev ## Break the domain in thousands of ways, count what the tests miss; an hour.
	$(PIP_INSTALL) $(MUTMUT)
	$(IN)/python tools/mutants.py $(MUTANTS)

soak: setup-dev ## Simulate, kill and report in docs/reliability.md for about SECONDS (900).
	$(IN)/python -m tests.soak $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

fuzz: setup-dev ## Throw made-up input at all that reads or reckons for about SECONDS (600).
	$(IN)/python -m tests.fuzz $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

wheel: setup ## Build the wheel into dist/.
	$(IN)/python -m hatchling build -t wheel

lock: ## Write the hash-pinned locks anew; needs uv.
	$(LOCK) pyproject.toml --group build --output-file requirements.txt
	$(LOCK) pyproject.toml --group build --group dev --constraint requirements.txt \
	  --output-file requirements-dev.txt

fonts: setup-dev ## Build the charts' fonts anew, after words of a new script or new signs.
	$(PIP_INSTALL) --target build/fonts --upgrade --no-deps $(FONTS)
	$(IN)/python tools/chart_fonts.py build/fonts

clean: ## Remove everything made here, the demo's data too.
	rm -rf .venv .demo dist build .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache
	rm -rf .import_linter_cache .hypothesis screenshots mutants
	rm -f locales/*/LC_MESSAGES/*.mo

# Outside the locks: nothing that ships or that `make test` runs needs it. MUTANTS=… names some.
MUTMUT = mutmut==3.8.1
MUTANTS ?=

# Noto Sans and Noto Sans CJK; another version may draw other shapes: look at the charts then.
FONTS = manimgx-fonts==2026.9.26.post1 manimgx-fonts-cjk==2026.9.26.post1

LOCK = uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
  --custom-compile-command 'make lock'

# An environment that was moved, lost its interpreter or is another PYTHON's is made anew.
ifneq ($(shell .ci/venv fits '$(PYTHON)'),yes)
.PHONY: .venv/.of
endif

.venv/.of:
	@.ci/venv make '$(PYTHON)'

.venv/.setup: requirements.txt pyproject.toml hatch_build.py .venv/.of
	@echo 'Installing what Reprieve needs into .venv ...'
	@$(FROM_LOCK) requirements.txt
	@$(PIP_INSTALL) --no-build-isolation --no-deps --editable .
	@touch $@

.venv/.setup-dev: requirements-dev.txt .venv/.setup
	@echo 'Installing what the checks and tests need into .venv ...'
	@$(FROM_LOCK) requirements-dev.txt
	@touch $@

# What the bots that are compared with need, apart from what Reprieve needs.
COMPETITORS = benchmarks/turns/competitors
build/turns/.competitors: $(addprefix $(COMPETITORS)/,requirements.txt package-lock.json) | .venv/.setup
	@echo 'Installing the bots to compare with into build/turns ...'
	@rm -rf build/turns && mkdir -p build/turns/node
	@$(IN)/python -m venv build/turns/venv
	@build/turns/venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
	  --require-hashes --no-deps --only-binary :all: --requirement $(COMPETITORS)/requirements.txt
	@cp $(COMPETITORS)/package.json $(COMPETITORS)/package-lock.json build/turns/node/
	@npm ci --prefix build/turns/node --no-audit --no-fund --loglevel=error
	@touch $@

# As an installed wheel is: where Python may not write it, each start would compile it all anew.
.venv/.compiled: $(shell find bot handlers -name '*.py') .venv/.setup
	@$(IN)/python -m compileall -q bot handlers
	@touch $@

.venv/.catalogues: $(CATALOGUES) bot/texts/compiling.py .venv/.setup
	@$(IN)/python hatch_build.py
	@touch $@
