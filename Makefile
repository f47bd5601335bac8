# The habits. `make run` and `make test` are all a newcomer needs.
PYTHON ?= python3
PORT ?= 8000
FUZZ_SECONDS ?= 600
BIN := .venv/bin
DSS := tests/interop/dss

.PHONY: setup dev run check format test bench bench-compare fuzz interop soak dss agreement lock docs examples

setup: .venv/.run ## the virtual environment with the locked dependencies and the badgepass command
dev: .venv/.dev $(if $(shell command -v npm),provider)

.venv/.run: locks/run.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r locks/run.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/.dev: .venv/.run locks/dev.txt
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r locks/dev.txt
	touch $@

.PHONY: provider
provider: ## the OpenID Connect provider of the tests, where npm can install it
	@cd tests/provider && { [ node_modules/.done -nt package-lock.json ] \
		|| { npm ci --silent --no-audit --no-fund --ignore-scripts && touch node_modules/.done; } \
		|| echo "npm cannot install the provider here; its tests will be skipped" >&2; }

run: setup ## the gateway on http://127.0.0.1:8000, nothing else to install
	$(BIN)/badgepass serve --port $(PORT)

check: dev ## lint, format, types, and generated pages that must not be stale
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python scripts/crosswalk.py --check
	$(BIN)/python scripts/dss_differences.py --check

format: dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: dev ## the default suite
	$(BIN)/pytest -q -n auto -m "not slow"

docs: dev ## write the generated pages anew
	$(BIN)/python scripts/crosswalk.py
	$(BIN)/python scripts/dss_differences.py

examples: dev ## write the examples of the API's own description anew
	$(BIN)/python tests/api/example_answers.py

bench: dev ## ratios against floors and peers, in one run
	@mkdir -p var
	$(BIN)/python benchmarks/run.py --save var/bench.json

bench-compare: bench ## what is slower by more than a fifth than the figures that are kept
	-$(BIN)/python benchmarks/compare.py benchmarks/figures.json var/bench.json

fuzz: dev ## hostile input: by structure, by length, and every target for FUZZ_SECONDS (docs/fuzzing.md)
	$(BIN)/pytest -q -m slow tests/fuzz
	$(BIN)/python tests/fuzz/run.py --seconds $(FUZZ_SECONDS) $(FUZZ_FLAGS)

interop: dev $(if $(shell command -v mvn),dss) ## against independent implementations; EU DSS where there is Maven
	$(BIN)/pytest -q -m slow tests/interop

soak: dev ## whole exports with a killed cluster node, and other tests that take minutes
	$(BIN)/pytest -q -m slow tests/bulk $(wildcard tests/soak)

dss: $(DSS)/target/dss-opinion.jar

$(DSS)/target/dss-opinion.jar: $(DSS)/pom.xml $(wildcard $(DSS)/src/main/java/badgepass/dss/*.java)
	-mvn -q -f $(DSS)/pom.xml package # where it cannot be built, the tests tell

agreement: dev ## our schemas against the official ones, on thousands of seeded mutants
	$(BIN)/pytest -q -n auto tests/agreement

lock: ## resolve again; the files carry hashes and no host
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		pyproject.toml --group dev -o locks/dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		pyproject.toml --group build -c locks/dev.txt -o locks/run.txt
