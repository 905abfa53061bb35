# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stages of `make quick`, `make test` and `make test-all`."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path

from tools.newer_docker import requirements
from tools.stage import ROOT, Level, Stage

COLLECTION = ROOT / "collections/ansible_collections/acestream/vpn"

_MAIN = ROOT / ".venv/bin"
_OLD = ROOT / ".venv-2.19/bin"
_TARGET = ROOT / ".venv-3.9/bin"
_OF_THE_LAB = ("tests/lab/lab_itself", "tests/lab/contract")
_CONTROLLERS = ("tests/plain/controllers/test_semaphore_role.py", "tests/plain/controllers/test_awx_role.py")
_UNIT = "collections/ansible_collections/acestream/vpn/tests/unit"
_UNITS = (_UNIT, "tests/plain/tooling", "tests/plain/settings", "tests/plain/exporter")

#: The scenarios of molecule, a folder each.
SCENARIOS = ("connection_loss", "container_restart", "failover", "port_forwarding")

#: How many examples are tried for each property (see conftest.py): with the newest Python, and with another one.
_PROFILES = {Level.QUICK: ("few", "few"), Level.TEST: ("some", "few"), Level.ALL: ("many", "some")}

#: Modules, roles and plugins are documented as Ansible wants it; what they refer to exists, here or in ansible.builtin.
#: The pages that are made of that are not read once more: antsibull-docs escapes what could break them.
_DOCUMENTED = (
    "--plugin-docs",
    "--validate-collection-refs=dependent",
    "--disallow-unknown-collection-refs",
    "--skip-rstcheck",
)

#: One of each kind: a tunnel that is cycled and a container that is restarted in its turn, a restart and a recreation
#: from outside, a failover, a forwarded port.
_ONE_RECOVERY_OF_EACH_KIND = (
    "tests/lab/e2e/test_connection_loss.py::test_long_outage_climbs_the_ladder_in_time_and_restarts_each_engine_once",
    "tests/lab/e2e/test_container_restart.py::test_restarted_gluetun_gets_its_engines_back_in_one_run",
    "tests/lab/e2e/test_container_restart.py::"
    "test_recreated_gluetun_gets_recreated_engines_that_differ_in_nothing_else",
    "tests/lab/e2e/test_failover.py::test_one_fails_and_the_other_serves_without_a_gap",
    "tests/lab/e2e/test_port_forwarding.py::test_the_forwarded_engine_gets_the_new_port_and_no_other_engine_is_touched",
)

Commands = tuple[tuple[str, ...], ...]


def absent() -> list[str]:
    """What is run by no level on this machine, for an environment is not there: see tools/setup."""
    said = {
        _OLD: "the other pair of Python and ansible-core: it needs Python 3.11 beside a newer one",
        _TARGET: "what runs on Docker hosts, with Python 3.9: there is no Python 3.9",
    }
    missing = [sentence for folder, sentence in said.items() if not folder.is_dir()]
    unmet = requirements.unmet()
    return [*missing, *([f"a newer Docker: {unmet}"] if unmet else [])]


def _pytest(folder: Path, level: Level, *words: str, unless: str = "") -> tuple[str, ...]:
    """:param unless: a marker whose tests are left out at any level."""
    left_out = [f"not {marker}" for marker in (unless, "full" if level < Level.ALL else "") if marker]
    options = ["-m", " and ".join(left_out)] if left_out else []
    options.append(f"--hypothesis-profile={_PROFILES[level][folder != _MAIN]}")
    return (str(folder / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, *words)


def _files(count: int) -> tuple[str, ...]:
    """So many test files side by side."""
    return ("-n", str(count), "--dist", "loadfile", "--durations=8")


def _lint(level: Level) -> Commands:
    main = str(_MAIN) + "/"
    # What is fast and finds what one makes while one works: linters of code, types and the direction of imports.
    quick = (
        (main + "ruff", "check", "."),
        (main + "ruff", "format", "--check", "."),
        (main + "yamllint", "--strict", "."),
        (main + "mypy",),
        (main + "python", "-m", "tools.imports"),
    )
    slow = (
        (main + "reuse", "lint", "--quiet"),
        (main + "ansible-config", "validate", "--type", "all"),
        (main + "ansible-lint", "--strict", "--offline"),
        (main + "antsibull-docs", "lint-collection-docs", *_DOCUMENTED, str(COLLECTION)),
        (main + "rumdl", "check"),
        # What it finds does not depend on what else a machine has installed.
        (main + "actionlint", "-shellcheck=", "-pyflakes="),
    )
    return quick if level is Level.QUICK else quick + slow


def _unit(level: Level) -> Commands:
    """With both supported pairs of Python and ansible-core, as far as they are there; with one in a hurry."""
    if level is Level.QUICK:
        return (_pytest(_MAIN, level, "-n", "2", *_UNITS, unless="slow"),)
    # What is slow is about shell scripts and Git: it does not depend on the Python that calls it.
    legs = (_pytest(_MAIN, level, *_UNITS), _pytest(_OLD, level, *_UNITS, unless="slow"))
    return legs if _OLD.is_dir() else legs[:1]


def _controllers(level: Level) -> Commands:
    """What depends on ansible-core runs with both, but for what takes longest."""
    legs = (
        _pytest(_MAIN, level, "--durations=5", "tests/plain/controllers"),
        _pytest(_OLD, level, *_CONTROLLERS, unless="slow"),
    )
    return legs if _OLD.is_dir() else legs[:1]


def _of_docker(level: Level) -> list[Stage]:
    """What needs Docker: one after the other, in this order."""
    return [
        # First, for nothing else of Docker's may run meanwhile.
        Stage("reboot", "Docker itself is restarted", (_pytest(_MAIN, level, "tests/lab/reboot"),), alone=True),
        Stage(
            "lab", "the lab, its faults, and the recorded contract", (_pytest(_MAIN, level, *_files(5), *_OF_THE_LAB),)
        ),
        Stage("adapters", "what looks, on real containers", (_pytest(_MAIN, level, "tests/docker/adapters"),)),
        Stage("act", "what acts, on real containers", (_pytest(_MAIN, level, *_files(3), "tests/docker/act"),)),
        Stage(
            "e2e",
            "playbooks against real faults, test files side by side",
            (_pytest(_MAIN, level, *_files(3), "tests/lab/e2e"),),
        ),
        Stage(
            "roles",
            "the roles that install something, on a host with systemd",
            (_pytest(_MAIN, level, *_files(3), "tests/systemd/roles"),),
        ),
        Stage(
            "molecule",
            "molecule scenarios with testinfra, side by side",
            ((sys.executable, "-m", "tools.molecule", *SCENARIOS),),
        ),
        Stage(
            "molecule-2.19",
            "one molecule scenario with ansible-core 2.19",
            ((str(_OLD / "python"), "-m", "tools.molecule", "container_restart"),),
            level=Level.ALL,
        ),
        Stage(
            "fresh",
            "the README's two commands on a bare Debian 12, twice",
            (_pytest(_MAIN, level, "tests/docker/fresh"),),
            level=Level.ALL,
        ),
        Stage(
            "release",
            "a whole release in a clone, with galaxy-importer",
            (_pytest(_MAIN, level, "tests/docker/release"),),
            level=Level.ALL,
        ),
        Stage(
            "soak",
            "ten minutes of random faults on the lab, with exporter and runs",
            ((str(_MAIN / "python"), "-m", "tests.lab.soak", "--minutes", "10", "--seed", "1"),),
            level=Level.ALL,
        ),
    ]


def _newer_docker(level: Level) -> list[Stage]:
    """What uses Docker's API, once more with a newer Docker.

    None where the machine cannot run it: ``tools.newer_docker.requirements.unmet()`` says why.
    """
    if requirements.unmet():
        return []
    tests = (
        _pytest(_MAIN, level, "tests/docker/adapters"),
        _pytest(_MAIN, level, *_files(3), "tests/docker/act", *_ONE_RECOVERY_OF_EACH_KIND),
    )
    command = ("--", "sh", "-c", " && ".join(shlex.join(words) for words in tests))
    program = (sys.executable, "-m", "tools.newer_docker")
    what = "what looks, what acts and one recovery of each kind with Docker 26.1"
    # The second is as near as Debian 13 comes to Docker 29.
    as_29 = ("--image-store", "containerd", "--oldest-api", "1.44")
    return [
        Stage("newer-docker", what, ((*program, *command),), level=Level.ALL),
        Stage(
            "newer-docker-containerd",
            f"{what}, images kept by containerd, old clients refused",
            ((*program, *as_29, *command),),
            level=Level.ALL,
        ),
    ]


def _without_docker(level: Level) -> list[Stage]:
    return [
        Stage(
            "lint",
            "formatting, types, imports, Python, YAML, ansible-lint (production), licences, documentation, workflows",
            _lint(level),
            level=Level.QUICK,
        ),
        Stage(
            "changelog",
            "antsibull-changelog lint",
            ((str(_MAIN / "antsibull-changelog"), "lint"),),
            folder=COLLECTION,
        ),
        Stage(
            "unit", "unit and property tests, both pairs of Python and ansible-core", _unit(level), level=Level.QUICK
        ),
        Stage(
            "unit-3.9",
            "what runs on Docker hosts, with Python 3.9",
            (_pytest(_TARGET, level, _UNIT + "/plugins/module_utils"),),
        ),
        Stage(
            "monitoring",
            "alert rules at their true thresholds, by promtool; amtool; the Grafana dashboard",
            (_pytest(_MAIN, level, "tests/plain/monitoring"),),
        ),
        Stage(
            "events",
            "event source and rulebooks with a real ansible-rulebook, exporters that fail, hostile alerts",
            (_pytest(_MAIN, level, *_files(2), "tests/plain/eda"),),
        ),
        Stage("controllers", "Semaphore and AWX as code, and the execution environment", _controllers(level)),
        Stage("sanity", "ansible-test sanity", ((sys.executable, "-m", "tools.sanity"),)),
        Stage(
            "simulation",
            "random faults and runs on a simulated host",
            (_pytest(_MAIN, level, "tests/plain/simulation"),),
        ),
        Stage(
            "simulate",
            "100,000 random steps of faults and runs on a simulated host",
            ((str(_MAIN / "python"), "-m", "tests.plain.simulation", "--steps", "100000"),),
            level=Level.ALL,
        ),
    ]


def stages(level: Level) -> list[Stage]:
    """What a level runs, in this order; stages whose environment is not there are left out."""
    of_docker = _of_docker(level) + _newer_docker(level)
    found = [replace(stage, docker=True) for stage in of_docker] + _without_docker(level)
    environments = {"unit-3.9": _TARGET, "molecule-2.19": _OLD}
    return [
        stage
        for stage in found
        if stage.level <= level and (stage.name not in environments or environments[stage.name].is_dir())
    ]
