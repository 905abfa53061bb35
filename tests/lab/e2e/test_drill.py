# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drills: what is refused, what is broken, and the report with its measured times."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from lab.client import Player
from tests.lab.e2e.harness import Lab, Run, until

LAB = {"vpns": 2, "engines": 4}
CONFIRMED = ["-e", "drill_confirm=true"]
FAST = ["-e", "recovery_cycle_after=5", "-e", "recovery_restart_after=120", "-e", "recovery_port_settle=2"]


def drill(world: Lab, folder: Path, part: str, *options: str, real: bool = False) -> Run:
    words = ["-e", f"drill_gluetun={world.gluetun}", "-e", f"drill_part={part}", "-e", f"drill_report_dir={folder}"]
    return world.run("drill", *words, *FAST, *options, real=real)


def report(folder: Path) -> tuple[dict, str]:
    (document,), (text,) = folder.glob("*.json"), folder.glob("*.md")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (document, text)} == {0o640}
    return json.loads(document.read_text(encoding="utf-8")), text.read_text(encoding="utf-8")


def test_a_tunnel_is_broken_and_the_report_tells_how_it_recovered(world, tmp_path):
    with Player(world.url(world.engines[1])) as kept:
        until(lambda: kept.count.bytes > 0, "the stream of the other VPN begins")
        done = drill(world, tmp_path, "tunnel", *CONFIRMED, "-vvv", real=True)
        assert done.code == 0, done.output
        assert kept.count.disconnects == 0
        assert kept.count.longest_gap < 2
    found, text = report(tmp_path)
    assert (found["passed"], found["failures"], found["part"]) == (True, [], "tunnel")
    at = {row["stage"]: row["seconds"] for row in found["stages"]}
    stages = ["detected", "engines hidden", "tunnel cycled", "VPN back", "engines available again"]
    assert [at[stage] for stage in stages] == sorted(at[stage] for stage in stages)
    assert 0 < at["detected"] < 15
    assert at["tunnel cycled"] >= 5
    assert all(stage in text for stage in stages)
    key = (world.folder / "api_key").read_text(encoding="utf-8").strip()
    assert key not in done.output + text + json.dumps(found)
    assert sorted(world.shown()) == world.engines
    assert world.run().changed == 0


@pytest.mark.full
@pytest.mark.parametrize("part", ["gluetun", "port"])
def test_the_other_parts(world, tmp_path, part):
    done = drill(world, tmp_path, part, *CONFIRMED)
    assert done.code == 0, done.output
    found, _text = report(tmp_path)
    assert found["passed"]
    assert sorted(world.shown()) == world.engines
    assert world.run().changed == 0


def test_nothing_is_broken_without_consent_or_redundancy_or_on_a_host_that_is_not_well(world, tmp_path):
    world.run()
    with world.starts() as starts:
        asked = drill(world, tmp_path, "tunnel")
        wrong = drill(world, tmp_path, "everything", *CONFIRMED)
        looked = drill(world, tmp_path, "tunnel", *CONFIRMED, "--check")
        world.fault("engine-kill", "--engine", "3")
        unwell = drill(world, tmp_path, "gluetun", *CONFIRMED)
    assert [asked.code, wrong.code, looked.code, unwell.code] == [2, 2, 0, 2]
    assert "add -e drill_confirm=true" in " ".join(asked.output.split())
    assert "drill_part" in wrong.output
    assert "would be broken" in looked.output
    assert starts[world.gluetun] == 0
    assert list(tmp_path.iterdir()) == []
    assert "drill_begins" not in [line["kind"] for line in world.journal()]


def test_a_vpn_without_another_one_is_not_broken(world, tmp_path):
    world.run()
    only = json.dumps({"recovery_gluetuns": [{"name": world.gluetun, "api_key": "x"}]})
    done = drill(world, tmp_path, "gluetun", *CONFIRMED, "-e", only)
    assert done.code == 2
    assert "add -e drill_allow_outage=true" in " ".join(done.output.split())
