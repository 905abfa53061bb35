# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stages of `make test`."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.newer_docker import requirements

ROOT = Path(__file__).resolve().parent.parent
COLLECTION = ROOT / "collections/ansible_collections/acestream/vpn"
LOGS = ROOT / ".state/logs"

_MAIN = ROOT / ".venv/bin"
_OLD = ROOT / ".venv-2.19/bin"
_TARGET = ROOT / ".venv-3.9/bin"
_OF_THE_LAB = ("tests/lab/lab_itself", "tests/lab/contract")
_CONTROLLERS = ("tests/plain/controllers/test_semaphore_role.py", "tests/plain/controllers/test_awx_role.py")
_UNIT = "collections/ansible_collections/acestream/vpn/tests/unit"
#: Hundreds of programs import the same files: what Python has compiled is kept, also where containers and CI images
#: have it forget that.
_KEPT = {"PYTHONDONTWRITEBYTECODE": ""}


@dataclass(frozen=True)
class Done:
    """What came of a stage.

    :ivar computed: processor time of its processes, seconds; what a daemon such as Docker's did for them is not in it.
    """

    code: int
    output: str
    computed: float


@dataclass(frozen=True)
class Stage:
    """Commands that are run one after the other; the stage fails with the first that fails.

    :ivar docker: it needs Docker. Such stages run one after the other, and beside each other only when nothing else is
        left to run.
    """

    name: str
    what: str
    commands: tuple[tuple[str, ...], ...]
    docker: bool = False
    folder: Path = ROOT

    @property
    def log(self) -> str:
        return str((LOGS / f"{self.name}.log").relative_to(ROOT))

    def run(self) -> Done:
        """Run it. The output is kept in a log as well."""
        LOGS.mkdir(parents=True, exist_ok=True)
        output, code, computed = "", 0, 0.0
        for command in self.commands:
            with subprocess.Popen(
                command,
                cwd=self.folder,
                env={**os.environ, **_KEPT, "PATH": f"{Path(command[0]).parent}:{os.environ['PATH']}"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process:
                output += f"$ {' '.join(command)}\n{process.stdout.read()}\n"
                _pid, status, usage = os.wait4(process.pid, 0)
                code = process.returncode = os.waitstatus_to_exitcode(status)
            computed += usage.ru_utime + usage.ru_stime
            if code:
                break
        (ROOT / self.log).write_text(output, encoding="utf-8")
        return Done(code, output, computed)


#: The scenarios of molecule, a folder each.
SCENARIOS = ("connection_loss", "container_restart", "failover", "port_forwarding")


def _pytest(folder: Path, *words: str) -> tuple[str, ...]:
    return (str(folder / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", *words)


#: With another Python once more: fewer examples for each property (see conftest.py).
_AGAIN = "--hypothesis-profile=again"


def _legs(*words: str) -> tuple[tuple[str, ...], ...]:
    """The same tests with both supported pairs of Python and ansible-core, as far as they are there."""
    legs = (_pytest(_MAIN, *words), _pytest(_OLD, _AGAIN, *words))
    return legs if _OLD.is_dir() else legs[:1]


#: Modules, roles and plugins are documented as Ansible wants it; what they refer to exists, here or in ansible.builtin.
#: The pages that are made of that are not read once more: antsibull-docs escapes what could break them.
_DOCUMENTED = (
    "--plugin-docs",
    "--validate-collection-refs=dependent",
    "--disallow-unknown-collection-refs",
    "--skip-rstcheck",
)


def _stages() -> list[Stage]:
    main = str(_MAIN) + "/"
    stages = [
        Stage(
            "lint",
            "ruff, yamllint, types, imports, ansible-lint (production), licences, documentation, links, workflows",
            (
                (main + "ruff", "check", "."),
                (main + "ruff", "format", "--check", "."),
                (main + "yamllint", "--strict", "."),
                (main + "mypy",),
                (main + "python", "-m", "tools.imports"),
                (main + "reuse", "lint", "--quiet"),
                (main + "ansible-config", "validate", "--type", "all"),
                (main + "ansible-lint", "--strict", "--offline"),
                (main + "antsibull-docs", "lint-collection-docs", *_DOCUMENTED, str(COLLECTION)),
                (main + "rumdl", "check"),
                # What it finds does not depend on what else a machine has installed.
                (main + "actionlint", "-shellcheck=", "-pyflakes="),
            ),
        ),
        Stage(
            "changelog",
            "antsibull-changelog lint",
            ((main + "antsibull-changelog", "lint"),),
            folder=COLLECTION,
        ),
        Stage(
            "unit",
            "unit and property tests, both pairs of Python and ansible-core",
            _legs(_UNIT, "tests/plain/tooling", "tests/plain/settings", "tests/plain/exporter"),
        ),
        Stage(
            "monitoring",
            "alert rules at their true thresholds, by promtool; amtool; the Grafana dashboard",
            (_pytest(_MAIN, "tests/plain/monitoring"),),
        ),
        Stage(
            "events",
            "event source and rulebooks with a real ansible-rulebook, exporters that fail, hostile alerts",
            (_pytest(_MAIN, "-n", "2", "--dist", "loadfile", "--durations=5", "tests/plain/eda"),),
        ),
        Stage(
            "controllers",
            "Semaphore and AWX as code, and the execution environment",
            # What depends on ansible-core runs with both, but for what takes longest.
            (
                _pytest(_MAIN, "--durations=5", "tests/plain/controllers"),
                *([_pytest(_OLD, "-m", "not slow", *_CONTROLLERS)] if _OLD.is_dir() else []),
            ),
        ),
        Stage("sanity", "ansible-test sanity", ((sys.executable, "-m", "tools.sanity"),)),
        Stage(
            "simulation",
            "random faults and runs on a simulated host, and what a soak calls a violation",
            (_pytest(_MAIN, "tests/plain/simulation", "tests/plain/tooling/test_soak_history.py"),),
        ),
        Stage(
            "lab",
            "the lab, its faults, and the recorded contract",
            (
                _pytest(
                    _MAIN,
                    "-n",
                    "5",
                    "--dist",
                    "loadfile",
                    "--durations=5",
                    *_OF_THE_LAB,
                ),
            ),
            docker=True,
        ),
        Stage("adapters", "what looks, on real containers", (_pytest(_MAIN, "tests/docker/adapters"),), docker=True),
        Stage(
            "act",
            "what acts, on real containers",
            (_pytest(_MAIN, "-n", "3", "--dist", "loadfile", "tests/docker/act"),),
            docker=True,
        ),
        Stage(
            "e2e",
            "playbooks against real faults, test files side by side",
            (_pytest(_MAIN, "-n", "3", "--dist", "loadfile", "--durations=8", "tests/lab/e2e"),),
            docker=True,
        ),
        Stage(
            "roles",
            "the roles that install something, on a host with systemd",
            (_pytest(_MAIN, "-n", "3", "--dist", "loadfile", "--durations=5", "tests/systemd/roles"),),
            docker=True,
        ),
        Stage(
            "molecule",
            "molecule scenarios with testinfra, side by side",
            ((sys.executable, "-m", "tools.molecule", *SCENARIOS),),
            docker=True,
        ),
    ]
    if _TARGET.is_dir():
        words = (_AGAIN, _UNIT + "/plugins/module_utils")
        stages.insert(3, Stage("unit-3.9", "what runs on Docker hosts, with Python 3.9", (_pytest(_TARGET, *words),)))
    if _OLD.is_dir():
        stages.append(
            Stage(
                "molecule-2.19",
                "one molecule scenario with ansible-core 2.19",
                ((str(_OLD / "python"), "-m", "tools.molecule", "container_restart"),),
                docker=True,
            )
        )
    # First, for nothing else of Docker's may run meanwhile: who has nothing left to do begins with the last stages.
    stages.insert(0, Stage("reboot", "Docker itself is restarted", (_pytest(_MAIN, "tests/lab/reboot"),), docker=True))
    return stages


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


def _newer_docker() -> list[Stage]:
    """What uses Docker's API, once more with a newer Docker. Not part of `make test`.

    None where the machine cannot run it: ``tools.newer_docker.requirements.unmet()`` says why.
    """
    if requirements.unmet():
        return []
    tests = (
        _pytest(_MAIN, "tests/docker/adapters"),
        _pytest(_MAIN, "-n", "3", "--dist", "loadfile", "tests/docker/act", *_ONE_RECOVERY_OF_EACH_KIND),
    )
    command = ("--", "sh", "-c", " && ".join(shlex.join(words) for words in tests))
    program = (sys.executable, "-m", "tools.newer_docker")
    what = "what looks, what acts and one recovery of each kind with Docker 26.1"
    # The second is as near as Debian 13 comes to Docker 29.
    as_29 = ("--image-store", "containerd", "--oldest-api", "1.44")
    return [
        Stage("newer-docker", what, ((*program, *command),), docker=True),
        Stage(
            "newer-docker-containerd",
            f"{what}, images kept by containerd, old clients refused",
            ((*program, *as_29, *command),),
            docker=True,
        ),
    ]


STAGES = _stages()
#: For `make test-all` alone.
NEWER_DOCKER = _newer_docker()
