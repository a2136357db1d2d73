PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Two processes share the tests, one that is done takes over from the other; a browser and its server need both cores.
BESIDE := -n 2 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help run setup test test-all test-faults check format messages bench bench-draw bench-explore bench-handwriting bench-map bench-train bench-tune bench-visitors bench-neighbours bench-queue pictures lock mutants structure train-default maps clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: $(VENV)/.run-ready  ## install what is missing, start the app, print its address
	@$(BIN)/streamlit run streamlit_app.py $(ARGS)

setup: $(VENV)/.test-ready  ## install the app and the development tools

test: $(VENV)/.test-ready  ## the test suite, without the slow tests
	$(BIN)/pytest $(BESIDE) -m "not slow" --ignore tests/browser --ignore tests/faults
	$(BIN)/pytest -m "not slow" tests/browser

test-faults: $(VENV)/.test-ready  ## kills, full disks, frozen databases, hostile texts and clients, on this machine alone
	$(BIN)/pytest tests/faults

test-all: $(VENV)/.test-ready  ## every test, the slow ones too, and new random examples
	HYPOTHESIS_PROFILE=default $(BIN)/pytest $(BESIDE) --ignore tests/browser --ignore tests/faults
	$(BIN)/pytest tests/browser
	$(BIN)/pytest tests/faults

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

bench-map: $(VENV)/.test-ready  ## how smoothly the map turns, beside Plotly's and deck.gl's; needs Chromium
	$(BIN)/python -m benchmarks mapping

bench-train: $(VENV)/.test-ready  ## accuracy against seconds beside Keras's example; drawing meanwhile; needs MNIST
	$(BIN)/python -m benchmarks training

bench-tune: $(VENV)/.test-ready  ## what a search costs over training the same in a row, 16 minutes; needs MNIST
	$(BIN)/python -m benchmarks tuning $(ARGS)

bench-visitors: $(VENV)/.test-ready  ## fifty visitors who draw at once, for a minute: how soon each is answered, and the memory
	$(BIN)/python -m benchmarks visitors

bench-neighbours: $(VENV)/.test-ready  ## one visitor's answers beside eight who send the costliest drawings, against alone
	$(BIN)/python -m benchmarks neighbours

bench-queue: $(VENV)/.test-ready  ## a look at the queue with 3,000 ended jobs, against ten
	$(BIN)/python -m benchmarks queue

mutants: $(VENV)/.test-ready  ## change the code at random places and see whether its tests notice: make mutants ARGS=mnist_core/maps
	$(BIN)/python -m benchmarks mutants $(ARGS)

structure: $(VENV)/.test-ready  ## how the code is built: its size, the way of its imports, tests that use what is private
	$(BIN)/python -m benchmarks structure $(ARGS)

train-default: $(VENV)/.run-ready  ## make the shipped model again (models/default), 1 to 1.5 hours on 2 cores
	$(BIN)/python -m mnist_core train --preset handwriting --output models/default --overwrite

maps: $(VENV)/.run-ready  ## make the maps again that the shipped model carries, 5 minutes on 2 cores; needs MNIST
	$(BIN)/python -m mnist_core embed --shipped

pictures: $(VENV)/.test-ready  ## take the pictures of README and docs of the running app, 7 minutes; needs Chromium and MNIST
	$(BIN)/python -m tests.pictures $(ARGS)

lock: $(VENV)/.run-ready  ## make requirements*.txt again from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --upgrade --no-header --quiet pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --upgrade --no-header --quiet --group dev -c requirements.txt -o requirements-dev.txt

clean:  ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# A stamp is newer than its lock once everything in the lock is installed: a repeated `make` then starts at once.
$(VENV)/.run-ready: requirements.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else f"Python 3.11 to 3.13 is needed, $(PYTHON) is {v[0]}.{v[1]}. Name another one: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --requirement requirements.txt
	@touch $@

$(VENV)/.test-ready: $(VENV)/.run-ready requirements-dev.txt
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --requirement requirements-dev.txt
	@touch $@
