# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is compared with what."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.lab.bench.measure import Comparison, compare
from tests.lab.e2e.harness import PLAYBOOK, ROOT, Lab, inspect, until

_PING = "- hosts: vpn_hosts\n  gather_facts: false\n  tasks:\n    - ansible.builtin.ping:\n"
#: A playbook with one task, which says at its end how long that task took.
_TIMED = """\
- hosts: vpn_hosts
  gather_facts: false
  tasks:
    - ansible.builtin.set_fact:
        bench_began: "{{{{ now().timestamp() }}}}"
{task}
    - ansible.builtin.debug:
        msg: "bench_seconds={{{{ now().timestamp() - (bench_began | float) }}}}"
"""
_ENGINE = _TIMED.format(
    task="""\
    - acestream.vpn.engine:
        engines: "{{ bench_engines }}"
        state: started
        started_since: "{{ bench_since }}"
        parallel: 20
        wait: false
        state_dir: "{{ recovery_state_dir }}"
"""
)
_LOOP = _TIMED.format(
    task="""\
    - community.docker.docker_container:
        name: "{{ item.name }}"
        state: started
        restart: true
        comparisons: {"*": ignore}
      loop: "{{ bench_engines }}"
"""
)


def nothing_to_do(lab: Lab, rounds: int, pool: bool = False) -> Comparison:
    """A convergence run over a world that is well, against a playbook with one ping.

    :param pool: its engines are a pool of that size.
    """
    count = len(lab.engines)
    variables = {"recovery_min_replicas": count} if pool else {}
    with tempfile.TemporaryDirectory() as folder:
        ping = _write(folder, "ping.yml", _PING)
        return compare(
            f"recover, nothing to do, {f'a pool of {count}' if pool else f'{count} engines'}",
            lambda: _run(lab, "playbooks/recover.yml", variables, PLAYBOOK),
            "a playbook with one ping",
            lambda: _run(lab, ping, {}, PLAYBOOK),
            rounds,
            "<= 1.5",
        )


def engines_against_docker(lab: Lab, rounds: int) -> list[Comparison]:
    """Restart all engines: the module as a process of its own, and a whole playbook, against docker restart at once."""
    with tempfile.TemporaryDirectory() as folder:
        playbook = _write(folder, "engine.yml", _ENGINE)
        count = len(lab.engines)
        other = f"{count} docker restart at once"
        return [
            compare(
                f"module engine, {count} engines",
                lambda: _module(lab, folder),
                other,
                lambda: _docker_restart(lab),
                rounds,
                "<= 1.3",
                lambda: _ready(lab),
            ),
            compare(
                f"a playbook with one engine task, {count} engines",
                lambda: _restart(lab, playbook),
                other,
                lambda: _docker_restart(lab),
                rounds,
                "-",
                lambda: _ready(lab),
            ),
        ]


def engines_against_loop(lab: Lab, loop_playbook: str, rounds: int) -> list[Comparison]:
    """Restart all engines, against a loop over community.docker.docker_container: the task alone, and the playbook."""
    with tempfile.TemporaryDirectory() as folder:
        playbook, loop = _write(folder, "engine.yml", _ENGINE), _write(folder, "loop.yml", _LOOP)
        count = len(lab.engines)

        def ours() -> float:
            return _task_seconds(_restart(lab, playbook))

        def theirs() -> float:
            return _task_seconds(_run(lab, loop, _engines(lab), [loop_playbook]))

        return [
            compare(
                f"one engine task, {count} engines",
                ours,
                "a loop over community.docker.docker_container",
                theirs,
                rounds,
                "<= 0.125",
                lambda: _ready(lab),
            ),
            compare(
                f"a playbook with one engine task, {count} engines",
                lambda: _restart(lab, playbook),
                "a playbook with that loop",
                lambda: _run(lab, loop, _engines(lab), [loop_playbook]),
                rounds,
                "-",
                lambda: _ready(lab),
            ),
        ]


def _restart(lab: Lab, playbook: str) -> str:
    output = _run(lab, playbook, {**_engines(lab), "bench_since": time.time()}, PLAYBOOK)
    assert re.search(r"changed=1\b", output), output
    return output


def _task_seconds(output: str) -> float:
    return float(re.search(r"bench_seconds=([\d.]+)", output)[1])


def _module(lab: Lab, folder: str) -> None:
    """The module as Ansible starts it on the Docker host: a process that reads its arguments from a file."""
    options = {"engines": _engines(lab)["bench_engines"], "started_since": time.time(), "parallel": 20, "wait": False}
    arguments = Path(folder) / "arguments.json"
    arguments.write_text(
        json.dumps({"ANSIBLE_MODULE_ARGS": {**options, "state_dir": str(lab.state)}}), encoding="utf-8"
    )
    command = [sys.executable, "-m", "ansible_collections.acestream.vpn.plugins.modules.engine", str(arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "collections")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    restarted = [engine["action"] for engine in json.loads(done.stdout)["engines"]]
    assert restarted == ["restart"] * len(lab.engines), done.stdout


def _ready(lab: Lab) -> None:
    """Wait until every engine answers: one that has just been started does not heed a signal to stop yet."""
    ports = [int(inspect(name)["Config"]["Labels"]["host.http_port"]) for name in lab.engines]
    for port in ports:
        until(lambda at=port: _answers(at), f"the engine at port {port} answers", 60)


def _answers(port: int) -> bool:
    url = f"http://127.0.0.1:{port}/server/api?api_version=3&method=get_status"
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


def _docker_restart(lab: Lab) -> None:
    running = [subprocess.Popen(["docker", "restart", name], stdout=subprocess.DEVNULL) for name in lab.engines]
    assert [process.wait() for process in running] == [0] * len(running)


def _engines(lab: Lab) -> dict[str, object]:
    return {"bench_engines": [{"name": name, "gluetun": lab.gluetun} for name in lab.engines]}


def _run(lab: Lab, playbook: str, variables: dict[str, object], program: list[str]) -> str:
    inventory = str(lab.folder / "inventory.yml")
    command = [*program, "-i", inventory, playbook, "-e", json.dumps(variables)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _write(folder: str, name: str, text: str) -> str:
    path = Path(folder) / name
    path.write_text("---\n" + text, encoding="utf-8")
    return str(path)
