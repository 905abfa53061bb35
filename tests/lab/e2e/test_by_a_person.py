# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person orders: that nothing is done for a while, and that what was given up is tried again."""

from __future__ import annotations

import pytest

from tests.lab.e2e.harness import docker, inspect, until

FAST = ["-e", "recovery_restart_after=25", "-e", "recovery_cycle_after=10", "-e", "recovery_restart_interval=30"]


def _kinds(world) -> list[str]:
    return [line["kind"] for line in world.journal()]


@pytest.fixture
def mortal(world):
    """An engine that Docker does not start again."""
    docker("update", "--restart", "no", world.engines[1])
    yield world.engines[1]
    docker("update", "--restart", "unless-stopped", world.engines[1])


def test_nothing_is_done_in_maintenance_and_everything_after_it(world, mortal):
    world.run()
    options = ["-e", "maintenance_minutes=60", "-e", f"maintenance_gluetun={world.gluetun}"]
    options += ["-e", "maintenance_reason='a new server'"]
    ordered = world.run("maintenance", *options)
    assert (ordered.code, ordered.changed) == (0, 1), ordered.output
    again = world.run("maintenance", *options)
    assert (again.code, again.changed) == (0, 0), again.output
    world.fault("provider-silent")
    docker("kill", mortal)
    with world.starts() as starts:
        until(lambda: world.run("recover", *FAST).code == 0 and world.shown() == [], "the engines are hidden", 60)
        # Far beyond the first steps of the ladder.
        began = world.document("memory.json")["gluetuns"][world.gluetun]["outage_since"]
        until(lambda: world.run("recover", *FAST) and world.document("memory.json")["at"] > began + 30, "30 s", 90)
        done = world.run("recover", *FAST)
    assert (done.code, done.changed, sum(starts.values())) == (0, 0, 0), done.output
    said = " ".join(done.output.split())
    assert "in maintenance until" in said
    assert "(a new server), nothing is done" in said
    assert not {"gluetun_cycling", "gluetun_restarting", "engines_restarting"} & set(_kinds(world))
    shown = world.run("status").output
    assert "in maintenance until" in shown
    assert world.document("vpn_status.json")[world.gluetun]["maintenance"]["reason"] == "a new server"

    ended = world.run("maintenance", "-e", "maintenance_state=ended", real=True)
    assert (ended.code, ended.changed) == (0, 1), ended.output
    with world.starts() as starts:
        # The outage has gone on all the while: its restart is overdue.
        run = world.start("recover", *FAST)
        until(lambda: "gluetun_restarting" in _kinds(world), "Gluetun is restarted", 60)
        world.fault("provider-back")
        output, _none = run.communicate(timeout=200)
    assert run.returncode == 0, output
    assert starts[world.gluetun] == 1
    assert starts[mortal] == 1
    assert sorted(world.shown()) == world.engines
    kinds = _kinds(world)
    assert kinds.index("maintenance_began") < kinds.index("maintenance_ended") < kinds.index("gluetun_restarting")
    assert world.run().changed == 0


@pytest.mark.full
def test_the_whole_host_and_an_end_that_comes_by_itself(world, mortal):
    world.run()
    docker("kill", mortal)
    ordered = world.run("maintenance", "-e", "maintenance_minutes=0.3")
    assert (ordered.code, ordered.changed) == (0, 1), ordered.output
    held = world.run("recover", "-e", "recovery_watch_for=0")
    assert (held.code, held.changed) == (0, 0), held.output
    assert inspect(mortal)["State"]["Status"] == "exited"
    until(lambda: world.run().code == 0 and sorted(world.shown()) == world.engines, "the engine is mended", 90)
    assert "maintenance_ended" in _kinds(world)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["-e", "maintenance_minutes=0"], "it must be more than 0", marks=pytest.mark.full),
        pytest.param(
            ["-e", "maintenance_until=2020-01-01T00:00:00Z"], "give a time that lies ahead", marks=pytest.mark.full
        ),
        (["-e", "maintenance_minutes=5", "-e", "maintenance_gluetun=nobody"], "there is no Gluetun 'nobody' here"),
        pytest.param([], "give either minutes", marks=pytest.mark.full),
    ],
)
def test_an_order_that_makes_no_sense_says_what_to_do(world, options, said):
    done = world.run("maintenance", *options)
    assert done.code == 2
    assert said in " ".join(done.output.split())
    assert not (world.state / "memory.json").exists()


def test_reset_forgets_what_was_given_up_and_says_so(world):
    world.run()
    hasty = ["-e", "recovery_restart_after=4", "-e", "recovery_cycle_after=2", "-e", "recovery_start_period=4"]
    hasty += ["-e", "recovery_restart_interval=10", "-e", "recovery_restart_budget=1", "-e", "recovery_watch_for=60"]
    world.fault("provider-silent")
    done = world.run("recover", *hasty)
    assert done.code == 0, done.output
    assert "gluetun_latched" in _kinds(world), done.output
    with world.starts() as starts:
        assert world.run("recover", *hasty).code == 0
    assert starts[world.gluetun] == 0

    other = world.run("reset", "-e", "reset_gluetun=nobody")
    assert other.code == 2
    checked = world.run("reset", "--check")
    assert (checked.code, checked.changed) == (0, 1), checked.output
    assert world.document("memory.json")["gluetuns"][world.gluetun]["latched_since"] is not None
    reset = world.run("reset", "-e", f"reset_gluetun={world.gluetun}", real=True)
    assert (reset.code, reset.changed) == (0, 1), reset.output
    (said,) = [line["message"] for line in world.journal() if line["kind"] == "reset"]
    assert "the VPN itself, latched, " in said
    assert said in " ".join(reset.output.split())
    assert world.run("reset").changed == 0
    with world.starts() as starts:
        assert world.run("recover", *hasty).code == 0
    assert starts[world.gluetun] == 1
