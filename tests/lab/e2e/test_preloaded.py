# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run of the Ansible that is loaded already is a run of the program: the same is said, done and left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.lab.e2e.harness import PLAYBOOK, ROOT, finish, until

PLAY = [
    {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable},
        "tasks": [
            {"name": "Where and who it is", "ansible.builtin.debug": {"msg": "{{ lookup('pipe', 'pwd') }}"}},
            {"name": "A variable", "ansible.builtin.debug": {"msg": "{{ lookup('env', 'OF_THIS_RUN') }}"}},
            {"name": "A module", "ansible.builtin.stat": {"path": "/"}, "register": "found"},
            {"name": "Its answer", "ansible.builtin.assert": {"that": "found.stat.isdir"}},
            {"name": "What is given", "ansible.builtin.fail": {"msg": "wrong"}, "when": "wrong | default(false)"},
            {"name": "Time", "ansible.builtin.wait_for": {"path": "{{ until }}"}, "when": "until is defined"},
        ],
    }
]


@pytest.fixture
def command(tmp_path):
    """Runs that play."""
    path = tmp_path / "play.yml"
    path.write_text(json.dumps(PLAY), encoding="utf-8")
    return [*PLAYBOOK, "-i", "localhost,", str(path)]


def leftovers() -> set[Path]:
    return set(Path("~/.ansible/tmp").expanduser().glob("ansible-local-*"))


@pytest.mark.parametrize(
    "options",
    [[], ["-v", "--diff"], ["-e", "wrong=true"], ["--no-such-option"], ["--version"], ["--syntax-check"]],
    ids=" ".join,
)
def test_it_says_what_the_program_says(preloaded, command, options):
    environment = {**os.environ, "OF_THIS_RUN": "of this run alone"}
    words = [*command, *options]
    program = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    forked = finish(preloaded.start(words, environment, subprocess.PIPE))
    assert (forked.code, timeless(forked.output)) == (program.returncode, timeless(program.stdout))


def timeless(output: str) -> list[str]:
    """Without what differs between any two runs: times of access, and what a terminal would be asked."""
    return [line for line in output.splitlines() if "time" not in line]


def test_each_run_has_temporary_files_of_its_own_and_removes_them(preloaded, command):
    before = leftovers()
    runs = [preloaded.start(command, os.environ, subprocess.PIPE) for _each in range(3)]
    assert len({run.pid for run in runs}) == 3
    assert [finish(run).code for run in runs] == [0, 0, 0]
    assert not [path for path in leftovers() - before if any(str(run.pid) in path.name for run in runs)]


def test_its_output_goes_into_a_file_as_it_comes(preloaded, command, tmp_path):
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        run = preloaded.start([*command, "-e", f"until={tmp_path}/go"], os.environ, output)

        def said() -> str:
            return os.pread(output.fileno(), 100_000, 0).decode()

        # The banner of a task that waits comes with its result, for skipped ones are not shown.
        until(lambda: "TASK [Its answer]" in said(), "it says what it does", 60)
        assert run.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(0.1)
        (tmp_path / "go").touch()
        assert run.wait(60) == 0
        assert "PLAY RECAP" in said()


def test_it_leads_a_process_group_and_can_be_killed(preloaded, command, tmp_path):
    runs = [preloaded.start([*command, "-e", f"until={tmp_path}/no"], os.environ, subprocess.PIPE) for _each in "ab"]
    assert [os.getpgid(run.pid) for run in runs] == [os.getsid(run.pid) for run in runs] == [run.pid for run in runs]
    os.killpg(runs[0].pid, signal.SIGKILL)
    assert runs[0].wait(30) == -signal.SIGKILL
    runs[1].send_signal(signal.SIGKILL)
    assert runs[1].wait(30) == -signal.SIGKILL
    runs[1].send_signal(signal.SIGKILL)
