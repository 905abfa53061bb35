# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An import against the direction is refused, with the rule and its reason: each is broken once, in a copy."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COLLECTION = Path("collections/ansible_collections/acestream/vpn")
CORE = COLLECTION / "plugins/module_utils"
EXPORTER = COLLECTION / "roles/exporter/files/acestream_vpn_exporter"
EVENTS = COLLECTION / "extensions/eda/plugins"
NAME = "ansible_collections.acestream.vpn.plugins.module_utils."

#: Contract: where an import is put that breaks it, and of what.
WRONG = {
    "model": (CORE / "_model/memory.py", NAME + "_publish.journal"),
    "host": (CORE / "_host/clock.py", NAME + "_assess.verdict"),
    "observe": (CORE / "_observe/gluetun.py", NAME + "_assess.verdict"),
    "assess": (CORE / "_assess/verdict.py", NAME + "_plan.plan"),
    "plan": (CORE / "_plan/plan.py", NAME + "_host.docker"),
    "publish": (CORE / "_publish/journal.py", NAME + "_observe.host"),
    "act": (CORE / "_act/engines.py", NAME + "_run.converge"),
    "settings": (CORE / "_settings/preflight.py", NAME + "_run.converge"),
    "floors": (CORE / "_watch/__init__.py", NAME + "_model.memory"),
    "pure": (CORE / "_plan/plan.py", "time"),
    "modules": (CORE / "_run/converge.py", "ansible_collections.acestream.vpn.plugins.modules.recovery_plan"),
    "exporter": (EXPORTER / "web.py", NAME + "_act.engines"),
    "exporter_without_ansible": (EXPORTER / "web.py", "ansible.module_utils.basic"),
    "event_plugins": (EVENTS / "event_source/gluetun.py", NAME + "_model.memory"),
    "lab": (Path("lab/heal.py"), NAME + "_model.memory"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the contracts are about, in an empty folder."""
    copied = tmp_path_factory.mktemp("checkout")
    for folder in (COLLECTION / "plugins", EVENTS, EXPORTER, Path("lab")):
        shutil.copytree(ROOT / folder, copied / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", copied)
    return copied


@contextmanager
def imported(path: Path, module: str) -> Iterator[None]:
    """A file has an import more, meanwhile. A file that is not there is made, with its folder."""
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{before or ''}\nimport {module}\n", encoding="utf-8")
    try:
        yield
    finally:
        if before is None:
            shutil.rmtree(path.parent)
        else:
            path.write_text(before, encoding="utf-8")


def rules() -> dict[str, str]:
    """What each contract says."""
    found = ConfigParser()
    found.read(ROOT / ".importlinter")
    named = ((section.partition(":contract:")[2], found[section]) for section in found.sections())
    return {contract: section["name"] for contract, section in named if contract}


def check(folder: Path) -> tuple[int, str]:
    """The exit code, and what was printed, without its line breaks."""
    ran = subprocess.run(
        [sys.executable, ROOT / "tools/imports.py"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    return ran.returncode, re.sub(r"\s+", " ", ran.stdout + ran.stderr)


def test_every_rule_is_kept(copy: Path) -> None:
    code, said = check(copy)
    assert code == 0, said
    assert f"{len(rules())} kept, 0 broken" in said


def test_every_rule_is_tried() -> None:
    assert set(WRONG) == set(rules())


@pytest.mark.parametrize("contract", WRONG)
def test_an_import_against_a_rule_fails_with_the_rule(copy: Path, contract: str) -> None:
    where, what = WRONG[contract]
    with imported(copy / where, what):
        code, said = check(copy)
    assert code == 1, said
    assert f"{rules()[contract]} BROKEN" in said
