# Everything a newcomer or a build server runs. Needs make, bash and Python 3.11 or newer.
#
#   make setup                          what Overt needs to run
#   make demo                           Overt on an invented borough
#   make demo DATA=DIR BOUNDARY=FILE    Overt on real street-level crime files
#   make test / check / bench           tests, static checks, benchmarks
#   make mutants                        plants the known mistakes and sees the tests fail
#   make lock                           new lock files, after a change of the dependencies

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := setup

# The first interpreter that runs and is new enough.
find_python = for name in python3 python3.13 python3.12 python3.11; do \
    if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
    then echo "$$name"; exit; fi; done; \
    echo "Python 3.11 or newer is needed, and none was found." >&2; exit 1

bin := .venv/bin
css := build/css/overt.css
# Each is a file beside what was made, so that it goes when that goes.
venv := .venv/.runs
venv_dev := .venv/.develops
modules := node_modules/.installed
static := build/static/staticfiles.json

# Every setting that production asks for, so that its checks can run. Nothing is connected to.
as_in_production := \
    OVERT_MODE=production \
    OVERT_SECRET_KEY=$$($(bin)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
    OVERT_ALLOWED_HOSTS=overt.example.org \
    OVERT_DATABASE_URL=postgresql://overt@localhost/overt \
    OVERT_BROKER_URL=redis://localhost:6379/0 \
    OVERT_DATA_DIR=build/check

.PHONY: setup setup-dev demo test check bench mutants lock clean

setup: build/.system $(venv) $(modules) $(static)

setup-dev: setup build/.system-dev $(venv_dev)

demo: setup
	$(bin)/python manage.py demo $(if $(DATA),--data "$(DATA)") $(if $(BOUNDARY),--boundary "$(BOUNDARY)")

# In as many processes as there are cores, each with a database of its own; `make test JOBS=1` in one.
JOBS := $(shell n=$$(nproc); echo $$((n < 8 ? n : 8)))
in_parallel := $(if $(filter-out 1,$(JOBS)),-n $(JOBS) --dist worksteal)

test: setup-dev
	$(bin)/python -m tests.run_on_postgresql $(in_parallel)
	$(bin)/python -m pytest $(in_parallel)

check: setup-dev
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/mypy
	$(bin)/lint-imports
	$(as_in_production) $(bin)/python manage.py check --deploy --fail-level WARNING
	OVERT_MODE=test OVERT_DATA_DIR=build/check $(bin)/python manage.py makemigrations --check --dry-run

bench: setup-dev
	$(bin)/python -m benchmarks

mutants: setup-dev
	$(bin)/python -m tests.mutants

build/.system: scripts/system_packages.sh
	scripts/system_packages.sh run
	mkdir -p build && touch $@

build/.system-dev: scripts/system_packages.sh
	scripts/system_packages.sh dev
	mkdir -p build && touch $@

.venv/bin/python: | build/.system
	python=$$($(find_python)); "$$python" -m venv .venv

$(venv): requirements.txt packages/overt-permit/pyproject.toml | .venv/bin/python
	$(bin)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(bin)/python -m pip install --quiet --no-deps --no-build-isolation \
	    --editable packages/overt-permit
	touch $@

$(venv_dev): requirements-dev.txt $(venv)
	$(bin)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	touch $@

$(modules): package-lock.json | build/.system
	npm ci --include=dev --no-progress
	touch $@

$(css): $(wildcard static/scss/*.scss) $(modules)
	mkdir -p $(@D)
	node_modules/.bin/sass --load-path=node_modules --quiet-deps --no-source-map \
	    --style=compressed static/scss/overt.scss $@

# The settings want a folder for data; here it is one that nobody needs afterwards.
$(static): $(css) $(venv) $(shell find static -type f)
	OVERT_MODE=embedded OVERT_DATA_DIR=build/collectstatic \
	    $(bin)/python manage.py collectstatic --noinput --clear --verbosity 0
	touch $@

build/uv/bin/uv: | build/.system
	python=$$($(find_python)); "$$python" -m venv build/uv
	build/uv/bin/python -m pip install --quiet uv

uv_compile := build/uv/bin/uv pip compile --quiet --universal --python-version 3.11 \
    --generate-hashes --no-header --no-annotate pyproject.toml

lock: build/uv/bin/uv
	$(uv_compile) --output-file requirements.txt
	$(uv_compile) --group dev --output-file requirements-dev.txt
	npm install --package-lock-only --omit-lockfile-registry-resolved

# Data, under var/ or OVERT_DATA_DIR, is left alone.
clean:
	rm -rf build .venv node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis \
	    .import_linter_cache
	find overt tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
