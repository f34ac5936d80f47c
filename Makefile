# CNN Workbench: `make` lists what there is to make.

VENV ?= .venv
BIN := $(VENV)/bin
OUT ?= out

.DEFAULT_GOAL := help
.PHONY: help run test bench clean system

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: $(VENV)/ready  ## install what is missing and open the window (FILE=… opens a file)
	@packaging/run.sh $(BIN)/cnn-workbench $(OUT) $(FILE)

test: $(VENV)/ready-dev  ## install what is missing, then lint, check types and run the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	QT_QPA_PLATFORM=offscreen OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

bench: $(VENV)/ready-bench  ## measure the performance contract on this machine (NAMES=… some of it)
	@QT_QPA_PLATFORM=offscreen $(BIN)/cnn-workbench bench $(NAMES)

clean:  ## remove everything that was made here, .venv too
	rm -rf $(VENV) $(OUT) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find core workbench tests resources -name __pycache__ -prune -exec rm -rf {} +

# A stamp says that the project is installed as its pyproject.toml is now, so that the next `make
# run` starts at once; the system's libraries are looked for every time.
$(VENV)/ready: pyproject.toml | system
	@packaging/environment.sh $(VENV) .
	@touch $@

$(VENV)/ready-%: pyproject.toml | system
	@packaging/environment.sh $(VENV) '.[$*]'
	@touch $@ $(VENV)/ready

system:
	@packaging/system.sh
