# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whoever starts a run: the same is done, the summary says who it was, and the journal keeps it."""

from __future__ import annotations

import json

import pytest

from tests.lab.e2e.harness import docker

#: Lines of the journal about something that a run does. What it sees meanwhile depends on the moment.
DONE = ("engines_restarting", "engine_recreating", "gluetun_cycling", "gluetun_restarting")
LAB = {"vpns": 1, "engines": 2}
#: What a run is given by whom, beside what is the same for all.
STARTED_BY = {
    "manual": {},
    "schedule": {"recovery_trigger": "schedule"},
    "event": {"recovery_trigger": "event"},
    "alert": {"recovery_trigger": "alert"},
    "awx": {"awx_job_id": 7, "tower_job_id": 7, "awx_job_launch_type": "scheduled"},
    "semaphore": {"semaphore_vars": {"task_details": {"id": 7, "username": "ops", "message": ""}}},
}


@pytest.mark.full
def test_the_recovered_system_is_the_same_whoever_starts_the_run(world):
    ends = {who: recovered(world, who, given) for who, given in STARTED_BY.items()}
    assert all(end == ends["manual"] for end in ends.values()), ends


def recovered(world, who: str, given: dict) -> dict:
    """What is there, and what was done, after a run that found the engines stranded."""
    world.heal()
    world.forget()
    with world.starts() as starts:
        docker("restart", "-t", "1", world.gluetun)
        run = world.run("recover", "-e", json.dumps(given))
    assert run.code == 0, run.output
    assert (f"run started by: {who}" in run.output) == (who != "manual")
    lines = [line for line in world.journal() if "trigger" in line]
    assert {line["trigger"] for line in lines} == {who}
    assert world.document("last_run.json")["trigger"] == who
    assert "engines_restarting" in {line["kind"] for line in lines}
    return {
        "shown": sorted(world.shown()),
        "done": [(line["kind"], line["message"]) for line in lines if line["kind"] in DONE],
        "starts": dict(starts),
    }
