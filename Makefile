# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
SCENARIO ?= all
STAGES ?=
SOAK ?= --minutes 10 --seed 1
VERSION ?=
LINKS = --repository "$(REPOSITORY)" --documentation "$(DOCUMENTATION)" --homepage "$(HOMEPAGE)" --issues "$(ISSUES)"

.PHONY: help setup demo demo-alerts quick test test-all lint unit role-readmes simulate soak bench docs lab-up lab-down lab-heal clean
.PHONY: release tarball

help: ## Show what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what the demo and the lab need and is missing: packages, Docker, a Python environment
	@tools/setup

demo: setup ## Start the lab, break it, show the recovery (SCENARIO=failover, for example, for one of them)
	@$(PYTHON) -m lab.demo --scenario $(SCENARIO)

demo-alerts: ## Break a VPN and touch nothing: exporter, Prometheus, Alertmanager and ansible-rulebook mend it
	@tools/setup test
	@$(PYTHON) -m lab.demo.alerts

quick: ## While you work: formatting, linters, types, unit tests with one Python (2 minutes)
	@tools/setup quick
	@$(PYTHON) -m tools.check --level quick $(STAGES)

test: ## Everything that protects a user (20 minutes on 2 cores; STAGES="lint unit" for some of it)
	@tools/setup test
	@$(PYTHON) -m tools.check --level test $(STAGES)

test-all: ## Everything there is, before something is called done (STAGES="e2e soak" for some of it)
	@tools/setup test
	@tools/setup release
	@$(PYTHON) -m tools.check --level all $(STAGES)

lint: ## Run the linters alone
	@tools/setup quick
	@$(PYTHON) -m tools.check lint

unit: ## Run the unit and property tests alone
	@tools/setup test
	@$(PYTHON) -m tools.check unit

role-readmes: ## Write the README of each role anew, from its argument_specs.yml
	@tools/setup quick
	@$(PYTHON) -m tools.role_readmes

simulate: ## 100,000 random steps of faults and runs on a simulated host
	@tools/setup quick
	@$(PYTHON) -m tests.plain.simulation --steps 100000

soak: ## 10 minutes of random faults on the lab, with exporter and runs (SOAK="--minutes 30 --seed 5")
	@tools/setup quick
	@$(PYTHON) -m tests.lab.soak $(SOAK)

bench: ## Compare speed side by side, and write the table to .state/bench.md
	@tools/setup bench
	@$(PYTHON) -m tests.lab.bench --loop-playbook .venv-bench/bin/ansible-playbook --write .state/bench.md

docs: setup ## Render the documentation as a site, into .state/docs/html
	@tools/setup docs
	@.venv-docs/bin/python -m tools.docs_site

release: ## Changelog, commit, tag and a checked tarball (VERSION=0.2.0, REPOSITORY=https://... for its links)
	@tools/setup release
	@.venv-release/bin/python -m tools.release release "$(VERSION)" $(LINKS)

tarball: ## The checked tarball of a version that is tagged (VERSION=0.2.0, REPOSITORY=https://...)
	@tools/setup release
	@.venv-release/bin/python -m tools.release rebuild "$(VERSION)" $(LINKS)

lab-up: setup ## Start the lab
	@$(PYTHON) -m lab up

lab-down: setup ## Remove the lab
	@$(PYTHON) -m lab down

lab-heal: setup ## Undo every fault of the lab
	@$(PYTHON) -m lab heal

clean: ## Remove the Python environments and what tests left behind (not the lab: make lab-down)
	@rm -rf .venv .venv-2.19 .venv-3.9 .venv-bench .venv-docs .venv-release .state .pytest_cache .ruff_cache .hypothesis
