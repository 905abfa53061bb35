# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run's loop: when it looks again, when it ends, what it writes."""

from __future__ import annotations

import json
import os

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store, StoreError
from ansible_collections.acestream.vpn.plugins.module_utils._run import converge as converge_module
from ansible_collections.acestream.vpn.plugins.module_utils._run.converge import Convergence
from ansible_collections.acestream.vpn.plugins.module_utils._run.report import report

from ..option_builders import run_options
from ..small_world import engine, gluetun, look

OPTIONS = run_options()
DOWN = {"gluetuns": [gluetun(egress="failed")], "engines": [engine(connected=False)]}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(converge_module, "LOOK_AGAIN", 0.0)


class World:
    """Gives one prepared look after the other and counts them."""

    def __init__(self, *looks):
        self.looks = list(looks)
        self.taken = 0

    def __call__(self):
        self.taken += 1
        return self.looks.pop(0)


def converge(tmp_path, world, read_only=False, reset=False, policy=None):
    store = Store(str(tmp_path / "state"))
    return Convergence(world, store, policy or Policy(), read_only, reset), store


def test_a_healthy_world_takes_one_look(tmp_path):
    world = World(look(1000), look(1001))
    host, store = converge(tmp_path, world)
    answer = report(host, store, OPTIONS, 1000)
    assert (world.taken, answer["settled"], answer["go_on"], answer["steps"]) == (1, True, False, [])


def test_a_doubt_is_followed_up_without_patience(tmp_path):
    world = World(look(1000), look(1001, **DOWN), look(1002, **DOWN))
    host, store = converge(tmp_path, world)
    report(host, store, OPTIONS, 1000)
    answer = report(host, store, OPTIONS, 1001)
    assert world.taken == 3
    assert answer["verdicts"] == {"gluetun": "unhealthy"}
    assert any("WARN: Gluetun VPN became unhealthy" in line for line in answer["journal"])


def test_a_watch_ends_when_its_time_is_up(tmp_path):
    world = World(*[look(at, **DOWN) for at in range(1000, 1020)])
    host, store = converge(tmp_path, world)
    report(host, store, OPTIONS, 1000)
    answer = report(host, store, run_options(run_started=1000, watch_for=10), 1002)
    assert answer["go_on"] is False
    assert not answer["settled"]
    assert world.looks[0].at == 1011


def test_check_mode_writes_nothing_and_still_decides(tmp_path):
    world = World(look(1000), *[look(at, **DOWN) for at in (1001, 1002)])
    host, store = converge(tmp_path, world, read_only=True)
    report(host, store, OPTIONS, 1000)
    answer = report(host, store, OPTIONS, 1001)
    assert answer["verdicts"] == {"gluetun": "unhealthy"}
    assert not os.path.exists(store.directory)


def test_other_scenarios_steps_are_left_to_others(tmp_path):
    stranded = engine(started_at=90.0, netns="4:0", connected=False)
    world = World(*[look(at, engines=[stranded]) for at in (1000, 1001)])
    host, store = converge(tmp_path, world)
    assert report(host, store, run_options(scenarios=("connection_loss",)), 1000)["steps"] == []
    steps = report(host, store, OPTIONS, 1001)["steps"]
    assert [step["kind"] for step in steps] == ["engine_restart"]
    # The module that acts counts the clients of this port, which a label may not tell.
    assert steps[0]["http_port"] == stranded.http_port


def test_documents_and_journal_are_written(tmp_path):
    host, store = converge(tmp_path, World(look(1000)))
    report(host, store, OPTIONS, 1000)
    with open(store.path("engines.json"), encoding="utf-8") as handle:
        assert [item["container_name"] for item in json.load(handle)] == ["acestream-1"]
    with open(store.path("journal.jsonl"), encoding="utf-8") as handle:
        assert json.loads(handle.readline())["kind"] == "gluetun_healthy"


def test_reset_gives_a_latched_gluetun_another_attempt(tmp_path):
    policy = Policy(restart_budget=1)
    world = World(look(1000), *[look(at, **DOWN) for at in (1001, 1002, 1070, 1200, 1201)])
    host, store = converge(tmp_path, world, policy=policy)
    for _each in range(4):
        answer = report(host, store, OPTIONS, 1000)
        if any(step["kind"] == "gluetun_restart" for step in answer["steps"]):
            store.update(lambda memory: (_attempted(memory, 1070.0), None))
    assert any("CRITICAL" in line for line in answer["journal"])
    again, store = converge(tmp_path, World(look(1201, **DOWN)), reset=True, policy=policy)
    assert [step["kind"] for step in report(again, store, OPTIONS, 1201)["steps"]] == ["gluetun_restart"]


def _attempted(memory, at):
    from dataclasses import replace

    remembered = replace(memory.gluetuns["gluetun"], restarts=(at,))
    return replace(memory, gluetuns={"gluetun": remembered})


def test_who_only_shows_goes_on_where_nothing_can_be_written_and_writes_it_later(tmp_path):
    """The state directory is a file for a while, so that no lock, memory or journal can be had."""
    state, aside = tmp_path / "state", tmp_path / "aside"
    world = World(look(1000), *[look(at, **DOWN) for at in (1005, 1006, 1007)], look(1010))
    store = Store(str(state))
    host = Convergence(world, store, Policy(), read_only=False, goes_on=True)
    host.look()
    state.rename(aside)
    state.write_text("no directory", encoding="utf-8")
    blind = [host.look() for _each in range(3)]
    assert "state directory" in host.trouble
    assert [item.memory.gluetuns["gluetun"].verdict for item in blind] == ["healthy", "unhealthy", "unhealthy"]
    assert [item.kind for item in host.transitions].count("gluetun_unhealthy") == 1
    state.unlink()
    aside.rename(state)
    host.look()
    assert host.trouble == ""
    with open(store.path("journal.jsonl"), encoding="utf-8") as handle:
        written = [json.loads(line) for line in handle]
    assert [item.kind for item in host.transitions] == [item["kind"] for item in written]
    assert [item["at"] for item in written if item["kind"] == "gluetun_unhealthy"] == [1006]
    assert store.load()[0].gluetuns["gluetun"].last_outage == (1005, 1010)


def test_what_another_program_wrote_meanwhile_counts_more_than_what_one_kept(tmp_path):
    state, aside = tmp_path / "state", tmp_path / "aside"
    store = Store(str(state))
    host = Convergence(World(look(1000), look(1005, **DOWN), look(1007)), store, Policy(), False, goes_on=True)
    host.look()
    state.rename(aside)
    state.write_text("no directory", encoding="utf-8")
    host.look()
    state.unlink()
    aside.rename(state)
    other = Convergence(World(look(1006)), store, Policy(), False)
    other.look()
    assert host.look().memory.gluetuns["gluetun"].failures == 0


def test_who_acts_does_not_go_on_without_a_memory(tmp_path):
    (tmp_path / "state").write_text("no directory", encoding="utf-8")
    host, _store = converge(tmp_path, World(look(1000)))
    with pytest.raises(StoreError, match="state directory"):
        host.look()
