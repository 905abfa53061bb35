# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make quick`, `make test` and `make test-all` run, and what they say that they left out."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading

import pytest

from tools import check
from tools.stage import ROOT, Done, Level, Stage
from tools.stages import stages

#: Folders of tests that no stage of make test runs.
LATER = {"tests/docker/fresh", "tests/docker/release"}
#: Seconds after which what should have come has not come.
_LONG = 30.0


def named(level: Level) -> dict[str, Stage]:
    return {stage.name: stage for stage in stages(level)}


def test_each_level_has_what_the_one_before_it_has():
    quick, test, everything = (set(named(level)) for level in Level)
    assert {"lint", "unit"} == quick
    assert quick < test < everything
    for level in (Level.QUICK, Level.TEST):
        for name, stage in named(level).items():
            assert set(stage.programs) <= set(named(Level.ALL)[name].programs), name


@pytest.mark.parametrize("level", [Level.TEST, Level.ALL])
def test_every_folder_of_tests_belongs_to_a_stage(level):
    commands = [command for stage in stages(level) for command in stage.commands if "pytest" in command]
    words = {word for command in commands for word in command}
    folders = {path.parent.relative_to(ROOT) for path in (ROOT / "tests").rglob("test_*.py")}
    missing = {str(folder) for folder in folders if words.isdisjoint(map(str, (folder, *folder.parents)))}
    assert missing == (LATER if level < Level.ALL else set())


def test_only_make_test_all_runs_what_is_marked_so():
    for level in Level:
        for stage in stages(level):
            for command in stage.commands:
                if "pytest" in command:
                    assert any("not full" in word for word in command) == (level < Level.ALL), stage.name


def ran(stage: Stage, output: str = "", code: int = 0) -> check.Result:
    return stage, 1.0, Done(code, output, 1.0)


def test_what_is_left_out_is_counted_and_named():
    results = [
        ran(named(Level.TEST)["e2e"], "== 7 passed, 61 deselected in 60.00s (0:01:00) ==\nSKIPPED [2] a.py: no root"),
        ran(named(Level.TEST)["lint"], "12 deselected of something else"),
    ]
    said = check.left_out(Level.TEST, results)
    assert "e2e: 61 tests" in said
    assert "e2e: SKIPPED [2] a.py: no root" in said
    assert any(line.startswith("soak: all of it") for line in said)
    assert any(line.startswith("not asked for: ") and "unit" in line for line in said)
    assert not [line for line in said if line.startswith("lint")]


def test_a_linter_that_is_left_out_is_named():
    said = check.left_out(Level.QUICK, [ran(stage) for stage in stages(Level.QUICK)])
    (line,) = [line for line in said if line.startswith("lint: ")]
    assert "ansible-lint" in line
    assert "ruff check" not in line


@pytest.fixture
def under_way(monkeypatch):
    """Sets of stages that were under way at the same time; each waits for the one that should be beside it."""
    seen, now, changed = [], set(), threading.Condition()

    def one(stage):
        with changed:
            now.add(stage.name)
            seen.append(frozenset(now))
            changed.notify_all()
            beside = {"reboot", "plain"} if stage.name in ("reboot", "plain") else {"one", "two"}
            changed.wait_for(
                lambda: any(stage.name in names and names & beside - {stage.name} for names in seen), _LONG
            )
            now.discard(stage.name)
        return ran(stage)

    monkeypatch.setattr(check, "_one", one)
    return seen


def test_beside_what_must_be_alone_nothing_else_uses_docker(under_way):
    chosen = [Stage(name, "", (), docker=True) for name in ("one", "two")]
    chosen += [Stage("reboot", "", (), docker=True, alone=True), Stage("plain", "", ())]
    results = check.run(chosen)
    assert sorted(stage.name for stage, _seconds, _done in results) == ["one", "plain", "reboot", "two"]
    assert all(together <= {"reboot", "plain"} for together in under_way if "reboot" in together)
    assert frozenset({"one", "two"}) in under_way, "then both lanes help"


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["one process", "two processes"])
def test_pytest_says_how_many_it_left_out(tmp_path, options):
    shutil.copy(ROOT / "conftest.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    full:\n", encoding="utf-8")
    text = "import pytest\n\n\ndef test_one():\n    pass\n\n\n"
    text += "@pytest.mark.full\n@pytest.mark.parametrize('x', 'abc')\ndef test_three(x):\n    pass\n"
    (tmp_path / "test_some.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not full", *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout
    said = check.left_out(Level.TEST, [ran(named(Level.TEST)["e2e"], done.stdout)])
    assert "e2e: 3 tests" in said, done.stdout
