# Everything one does with Wattlake from its source. Needs Python 3.11 or later and GNU make; `make` alone lists it all.

PYTHON ?= python3
WORKERS ?= 2
ARGS ?=
AZURITE_VERSION := 3.35.0
KAFKA_VERSION := 4.1.1

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
AZURITE := .services/.azurite-$(AZURITE_VERSION)
KAFKA := .services/kafka-$(KAFKA_VERSION)/.fetched
DELTA := harness/spark-pom.xml
SPARK := .services/.delta-spark

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo dashboard live kafka test test-long coverage spark bench bench-dashboard wheel images torture docs lint format lock clean clean-data

help: ## List what make can do
	@echo "Usage: make TARGET"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## Create .venv and install what the lock file names (the targets below do it themselves)

demo: $(INSTALLED) ## Simulate a community and a solar plant, build their lake, forecast the next day
	@$(BIN)/wattlake demo $(ARGS)

dashboard: $(INSTALLED) ## Open the dashboard of the lake in the browser
	@$(BIN)/wattlake dashboard $(ARGS)

live: $(INSTALLED) ## Try the stream: a broker, a simulated community that sends, planted alarms, and the Live page
	@$(BIN)/python -m harness.live $(ARGS)

kafka: $(KAFKA) ## Fetch Apache Kafka into .services, for tests and for trying the stream (needs mvn and Java 17)

test: $(INSTALLED) $(AZURITE) $(KAFKA) ## Run the tests but the long ones; choose some with ARGS="-k landing"
	@$(PYTEST) -m "not long" $(ARGS)

test-long: $(INSTALLED) $(AZURITE) $(KAFKA) ## Run the long tests, which `test` leaves out
	@$(PYTEST) -m long $(ARGS)

coverage: $(INSTALLED) $(AZURITE) $(KAFKA) ## Run both, slower, and fail where they leave over 10 % of the lines out
	@$(PYTEST) --cov --cov-report=term-missing:skip-covered $(ARGS)

spark: $(INSTALLED) $(SPARK) ## Fetch Spark for the test that reads our Delta tables with it (needs Java 17 and Maven; 440 MB)
	@$(BIN)/python -m benchmarks.spark

bench: $(INSTALLED) ## Measure time, memory and bytes into docs/benchmarks.md; a quick one with ARGS="--scale 0.05"
	@$(BIN)/python -m benchmarks $(ARGS)

bench-dashboard: $(INSTALLED) ## Measure the dashboard's pages through a browser; a quick one with ARGS="--scale 0.005"
	@$(BIN)/python -m benchmarks dashboard $(ARGS)

wheel: $(INSTALLED) ## Build the wheel that others install, into dist/
	@rm -rf build  # What an earlier build left there would be packed, too.
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	@ls dist/*.whl

images: $(INSTALLED) ## Have the browser test make the pictures of every page in docs/images
	@DASHBOARD_IMAGES=docs/images $(BIN)/pytest tests/app/dashboard/test_dashboard_geometry.py -q -k has_room

torture: $(INSTALLED) ## Pull plugs and crowd the lake into docs/reliability.md; a quick one with ARGS="--kills 50 --histories 20 --ledgers 20"
	@$(BIN)/python -m benchmarks.torture $(ARGS)

docs: $(INSTALLED) ## Write docs/data-dictionary.md anew from the contracts
	$(BIN)/wattlake dictionary > docs/data-dictionary.md

lint: $(INSTALLED) ## Check style, SQL and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint wattlake/sql
	$(BIN)/mypy

format: $(INSTALLED) ## Put Python and SQL in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --quiet wattlake/sql

lock: ## Write requirements.lock anew from pyproject.toml (needs uv); ARGS=--upgrade takes newer versions
	@command -v uv >/dev/null || { echo "make lock needs uv: see https://docs.astral.sh/uv/"; exit 2; }
	UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile pyproject.toml --extra dev --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --quiet --output-file requirements.lock $(ARGS)

clean: ## Remove .venv, caches and test output; the lake in data/ stays
	rm -rf $(VENV) .services build dist *.egg-info test-output .coverage .coverage.* coverage.xml
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find wattlake harness benchmarks tests -name __pycache__ -type d -prune -exec rm -rf {} +

clean-data: ## Remove the lakes in data/ and data-live/, for good
	rm -rf data data.lock data-live

# The lock file is whole, so nothing is resolved (--no-deps): what it names is what is installed.
$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Wattlake needs Python 3.11 or later; name one with make PYTHON=/path/to/python3.11"; exit 2; }
	@echo "Setting up $(VENV): installing what requirements.lock names (once; a few minutes on a slow line) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

# Azurite stands in for Azure Blob. Without it the tests that need it are skipped, and the summary says so.
$(AZURITE):
	@if ! command -v npm >/dev/null; then \
		echo "There is no npm, so no Azurite: the tests that need it will be skipped."; \
	elif echo "Installing Azurite $(AZURITE_VERSION) into .services ..." && npm install --prefix .services \
		--no-audit --no-fund --loglevel=error azurite@$(AZURITE_VERSION) >/dev/null; then \
		touch $@; \
	else \
		echo "Azurite could not be installed: the tests that need it will be skipped."; \
	fi

# A Kafka broker is some jars. Without it the tests that need it are skipped, and the summary says so.
$(KAFKA):
	@if ! command -v mvn >/dev/null || ! command -v java >/dev/null; then \
		echo "There is no mvn or no java, so no Kafka: the tests that need it will be skipped."; \
	elif echo "Fetching Apache Kafka $(KAFKA_VERSION) into .services ..." && mvn --quiet --batch-mode \
		--file harness/kafka-pom.xml dependency:copy-dependencies -Dkafka.version=$(KAFKA_VERSION) \
		-DoutputDirectory="$(CURDIR)/$(@D)"; then \
		touch $@; \
	else \
		echo "Kafka could not be fetched: the tests that need it will be skipped."; \
	fi

# Spark itself is PySpark's; these are the jars by which it reads Delta tables.
$(SPARK): $(DELTA)
	@mvn --quiet --batch-mode --file $(DELTA) dependency:copy-dependencies -DincludeGroupIds=io.delta \
		-DoutputDirectory=$(CURDIR)/.services/delta-spark
	@touch $@
