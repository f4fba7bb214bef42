# The portal's two commands are `make run` and `make test`; `make help` lists the others.
PORT ?= 8000
LINT = ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy
COMPILE = pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-annotate -q
SIDE_BY_SIDE = -n logical --maxprocesses 4 --dist loadscope
# Compiled modules are kept whatever the surroundings say: programs that tests start need them too.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help run test lint format bench oracle platform lock clean

help: ## List the commands
	@echo "make run [PORT=8123] [PORTAL_DATA=folder]"
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r name words; do printf '  make %-8s %s\n' "$$name" "$$words"; done

run: ## Start the portal with the demonstration city, at http://127.0.0.1:8000 unless PORT says otherwise
	@tools/bootstrap.sh run
	@exec .venv/bin/portal demo --port $(PORT)

test: ## Run every check and test, installing what they need
	@tools/bootstrap.sh dev
	@tools/chromium.sh
	.venv/bin/$(LINT)
	.venv/bin/python -m pytest $(SIDE_BY_SIDE)

lint: ## Check style and types
	@tools/bootstrap.sh dev
	.venv/bin/$(LINT)

format: ## Put the code into its one format
	@tools/bootstrap.sh dev
	.venv/bin/ruff check --fix-only . && .venv/bin/ruff format .

bench: ## Measure speed and size beside the reference applications
	@tools/bootstrap.sh dev
	@tools/chromium.sh whole
	@.venv/bin/python -m benchmarks.run

oracle: ## Ask the libraries of the field whether they find the same winners, and how quickly
	@python3 -m venv .make/oracle
	@.make/oracle/bin/pip install -q -r benchmarks/oracle/requirements.txt
	@.make/oracle/bin/python -m benchmarks.oracle.ask
	@.make/oracle/bin/python -m benchmarks.oracle.race

platform: ## Read delivered releases with Spark, Arrow and DigitalHub's SDK (900 MB; needs Java 17)
	@tools/bootstrap.sh run
	@python3 -m venv .make/platform
	@.make/platform/bin/pip install -q -r benchmarks/platform/requirements.txt
	@PORTAL_DATA=.make/platform-data .venv/bin/portal demo --no-serve
	@.make/platform/bin/python -m benchmarks.platform.read .make/platform-data/delivered

lock: ## Choose versions anew within pyproject.toml, and write the hashed locks
	@tools/bootstrap.sh run
	@set -e; uv=$$(command -v uv || echo .make/uv/bin/uv); \
	$$uv $(COMPILE) -U pyproject.toml --extra postgres --extra s3 -o requirements.lock; \
	$$uv $(COMPILE) -U pyproject.toml --extra postgres --extra s3 --group dev -c requirements.lock -o requirements-dev.lock; \
	for name in installer node; do $$uv $(COMPILE) -U --no-deps tools/$$name.in -o tools/$$name.lock; done; \
	npm install --package-lock-only --ignore-scripts

clean: ## Remove what was installed or made; data in instance/ stay
	rm -rf .venv .make static/vendor .pytest_cache .ruff_cache .mypy_cache .hypothesis test-results
	find portal tests benchmarks tools -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
