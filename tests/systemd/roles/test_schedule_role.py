# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role schedule on a real host, with nobody at the keyboard. The tests build on each other."""

from __future__ import annotations

import re

import pytest

from tests.lab.e2e.harness import until
from tests.systemd.roles.systemd_host import InnerLab, SystemdHost

NAME = "acestream-vpn-recover"
#: Every 15 seconds instead of every minute.
OFTEN = ["-e", "schedule_jitter=1", "-e", "schedule_calendar=*:*:0/15"]


@pytest.fixture(scope="module")
def media(host: SystemdHost, lab: InnerLab):
    """The host with a lab and the exporter, and nothing of the schedule's before and after."""
    done = host.run("exporter")
    assert done.code == 0, done.output
    yield host
    for role in ("schedule", "exporter"):
        host.run(role, "-e", f"{role}_state=absent")


def run(host: SystemdHost, *options: str):
    done = host.run("schedule", "--diff", *options)
    assert done.code == 0, done.output
    assert host.variables["recovery_gluetuns"][0]["api_key"] not in done.output
    return done


def test_it_is_installed_hardened_and_a_second_run_changes_nothing(media):
    run(media, *OFTEN)
    assert media.exec("systemctl", "is-active", f"{NAME}.timer", f"{NAME}.path").split() == ["active", "active"]
    assert media.exec("systemctl", "is-enabled", f"{NAME}.timer", f"{NAME}.path").split() == ["enabled", "enabled"]
    units = (f"{NAME}@schedule.service", f"{NAME}.timer", f"{NAME}.path")
    assert media.exec("systemd-analyze", "verify", *units) == ""
    said = media.exec("systemd-analyze", "security", units[0])
    score = float(re.search(r"exposure level for \S+: ([0-9.]+)", said)[1])
    print(f"systemd-analyze security {units[0]}: {score}")
    # docs/schedule.md states it.
    assert score <= 2.9
    assert media.exec("stat", "--format=%a", "/etc/acestream-vpn/inventory.yml") == "600"
    assert run(media, *OFTEN).changed == 0


def test_the_timer_mends_what_a_restart_of_gluetun_left_behind(media, lab):
    # Also what the path unit has started already: the timer's run is to be the only one.
    media.exec("systemctl", "stop", f"{NAME}.path", f"{NAME}@event.service")
    lab.restart_gluetun()
    until(lab.mended, "the engines work again", 120)
    said = f"Restarting {len(lab.engines)} engines on recovered VPN"
    # A run says what it did when it ends, a while after the engines work.
    until(lambda: said in media.journal(f"{NAME}@schedule.service"), "the run says so", 60)
    assert f"of {len(lab.engines)} engines available" in media.journal(f"{NAME}@schedule.service")


def test_what_the_exporter_notes_starts_a_run_at_once_and_it_settles(media, lab):
    media.exec("systemctl", "stop", f"{NAME}.timer", f"{NAME}@schedule.service")
    media.exec("systemctl", "start", f"{NAME}.path")
    before = media.journal(f"{NAME}@schedule.service")
    lab.restart_gluetun()
    until(lab.mended, "the engines work again", 120)
    until(lambda: _seconds_since_a_run(media) > 10, "no run starts another one for ever", 120)
    said = media.journal(f"{NAME}@event.service")
    assert f"Restarting {len(lab.engines)} engines on recovered VPN" in said
    assert said.count("PLAY RECAP") <= 6, said
    assert media.exec("systemctl", "is-active", f"{NAME}.path") == "active"
    assert media.journal(f"{NAME}@schedule.service") == before


def _seconds_since_a_run(host: SystemdHost) -> float:
    """0 while one is under way."""
    wanted = ("ActiveState", "InactiveEnterTimestampMonotonic")
    said = host.exec("systemctl", "show", f"{NAME}@event.service", *(f"--property={name}" for name in wanted))
    shown = dict(line.split("=", 1) for line in said.splitlines())
    now = float(host.exec("cut", "-d ", "-f1", "/proc/uptime"))
    return now - int(shown["InactiveEnterTimestampMonotonic"]) / 1e6 if shown["ActiveState"] == "inactive" else 0.0


@pytest.mark.full
def test_cron_takes_its_place_and_its_command_really_runs(media, lab):
    run(media, "-e", "schedule_method=cron")
    assert media.exec("find", "/etc/systemd", "-name", f"{NAME}*") == ""
    (line,) = [line for line in media.exec("cat", f"/etc/cron.d/{NAME}").splitlines() if not line.startswith("#")]
    *times, user, command = line.split(None, 6)
    assert (times, user) == (["*"] * 5, "root")
    began = media.exec("date", "+%s")
    lab.restart_gluetun()

    def runs_and_mends() -> bool:
        # Cron itself may hold the lock just then, and a run that finds it held ends at once.
        media.exec("/bin/sh", "-c", command)
        return lab.mended()

    until(runs_and_mends, "the engines work again", 180)
    logged = media.exec("journalctl", "--output=cat", "--identifier", NAME, "--since", f"@{began}")
    assert f"Restarting {len(lab.engines)} engines on recovered VPN" in logged
    assert run(media, "-e", "schedule_method=cron").changed == 0


def test_it_is_removed_without_a_trace_and_what_is_not_its_own_stays(media, lab):
    run(media, "-e", "schedule_state=absent")
    places = ["/etc", "/opt", "/run/lock", "/var/lib/systemd"]
    left = media.exec("find", *places, "-xdev", "-path", "*acestream*", check=False).splitlines()
    assert [path for path in left if "exporter" not in path] == ["/etc/acestream-vpn"]
    assert "/etc/acestream-vpn/exporter.json" in left
    assert media.exec("systemctl", "is-active", "acestream-vpn-exporter") == "active"
    assert (lab.state / "memory.json").exists()
    assert run(media, "-e", "schedule_state=absent").changed == 0
