# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What fails around the exporter: it goes on, says so, and serves nothing false. No playbook is run here."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from lab.exporter import Exporter
from tests.lab.e2e.docker_proxy import docker_proxy
from tests.lab.e2e.harness import docker, inspect, until
from tests.lab.e2e.test_exporter import events, get, metric, names

LAB = {"vpns": 2, "engines": 4}
HOUR = 3600.0


@contextmanager
def started(world, **settings) -> Iterator[Exporter]:
    """An exporter that lists all engines, and whose log has no defect at the end."""
    with Exporter(world.prefix, **settings) as exporter:
        until(lambda: _ready(exporter) and names(exporter) == world.engines, "all engines are listed", 60)
        yield exporter
    assert not [line for line in exporter.lines if "Traceback" in line or "a look failed" in line], exporter.lines


def _ready(exporter) -> bool:
    return requests.get(exporter.url + "/readyz", timeout=10).ok


def _looks(exporter) -> float:
    return metric(exporter, "acestream_vpn_look_duration_seconds_count")


def _said(exporter, words: str) -> int:
    return sum(words in line for line in exporter.lines)


def _kinds(world) -> list[str]:
    return [line["kind"] for line in world.journal()]


def _negative(exporter) -> list[str]:
    """Ages and durations that are less than nothing."""
    text = requests.get(exporter.url + "/metrics", timeout=10).text
    return [
        f"{sample.name} {sample.value}"
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if "seconds" in sample.name and sample.value < 0
    ]


def test_a_recreated_gluetun_and_a_lost_memory(world):
    second = world.engines_of(2)
    with started(world) as exporter, events(exporter) as seen:
        old = inspect(world.gluetuns[0])["Id"]
        world.fault("gluetun-recreate", "--vpn", "1")
        assert inspect(world.gluetuns[0])["Id"] != old
        until(lambda: names(exporter) == second, "engines of the one that is gone are hidden", 10)
        until(lambda: get(exporter, "/vpn/status")["vpn1"]["health"] == "healthy", "the new one works", 60)
        assert names(exporter) == second, "its engines belong to a network that is gone, however well it is"
        until(lambda: "gluetun_recreated" in [item["kind"] for _id, item in seen], "it is told")
        world.heal()
        until(lambda: names(exporter) == world.engines, "engines that were made anew are listed", 60)

        memory = world.state / "memory.json"
        for number, harm in enumerate((memory.unlink, lambda: memory.write_bytes(b'{"format": 1, "glu\xff')), start=1):
            harm()
            until(lambda number=number: _kinds(world).count("memory_lost") == number, "the journal tells of it", 20)
            # The journal is written a moment before it.
            until(lambda: memory.exists() and json.loads(memory.read_bytes())["gluetuns"], "it is remembered anew", 20)
            assert names(exporter) == world.engines
            until(lambda number=number: _said(exporter, "starting with an empty memory") == number, "so does its log")
        assert list(world.state.glob("memory.json.bad-*"))
        until(lambda: len(seen) > 0 and seen[-1][1] == world.journal()[-1], "all of it is delivered")


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    """A file system of 300 kB."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k,mode=0755", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


@pytest.mark.full
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount the small disk that is filled")
def test_a_full_disk(world):
    second = world.engines_of(2)
    with (
        tempfile.TemporaryDirectory() as folder,
        _small_disk(Path(folder) / "disk") as disk,
        started(world, host={"state_dir": str(disk)}) as exporter,
        events(exporter) as seen,
    ):
        with (disk / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
            while True:
                ballast.write(b"x" * 4096)
        documents = {path.name: path for path in disk.glob("*.json")}
        before = {name: json.loads(path.read_text("utf-8")) for name, path in documents.items()}
        assert {"memory.json", "engines.json", "vpn_status.json"} <= set(before)
        journal = (disk / "journal.jsonl").read_bytes()
        docker("kill", world.gluetuns[0])
        until(lambda: names(exporter) == second, "what is true is served, and not what was", 20)
        looks = _looks(exporter)
        until(lambda: _looks(exporter) >= looks + 3, "it goes on looking", 30)
        assert get(exporter, "/vpn/status")["vpn1"]["health"] == "unhealthy"
        assert _said(exporter, "not written") == 1, exporter.lines
        now = {name: json.loads(path.read_text("utf-8")) for name, path in documents.items()}
        assert now == before, "the old documents are whole, and the old ones"
        assert (disk / "journal.jsonl").read_bytes() == journal
        freed = time.time()
        (disk / "ballast").unlink()
        until(lambda: "gluetun_stopped" in [item["kind"] for _id, item in seen], "what was kept back is told", 30)
        (stopped,) = [item for _id, item in seen if item["kind"] == "gluetun_stopped"]
        assert stopped["at"] < freed, "with the time at which it was"
        shown = json.loads(documents["engines.json"].read_text("utf-8"))
        assert sorted(item["container_name"] for item in shown) == second
        world.heal()
        until(lambda: names(exporter) == world.engines, "all are back", 90)
        lines = [json.loads(line) for line in (disk / "journal.jsonl").read_text("utf-8").splitlines()]
        assert [item["kind"] for item in lines].count("engines_hidden") == 1
        assert not list(disk.glob(".*")), "nothing half-written is left"


@pytest.mark.full
def test_the_clock_set_back_an_hour_in_an_outage(world):
    second, clock = world.engines_of(2), world.folder / "clock"
    clock.write_text("0", encoding="ascii")
    program = (str(Path(__file__).with_name("shifted_clock.py")), str(clock), "acestream_vpn_exporter")
    with started(world, program=program) as exporter, events(exporter) as seen:
        world.fault("provider-silent", "--vpn", "1")
        until(lambda: names(exporter) == second, "hidden", 30)
        clock.write_text(str(-HOUR), encoding="ascii")
        looks = _looks(exporter)
        until(lambda: _looks(exporter) >= looks + 3, "it goes on looking", 30)
        assert names(exporter) == second
        status = get(exporter, "/vpn/status")
        assert (status["vpn1"]["health"], status["vpn2"]["health"]) == ("unhealthy", "healthy")
        assert not _negative(exporter)
        assert "failback" not in _kinds(world)
        assert _kinds(world).count("gluetun_unhealthy") == 1
        docker("kill", world.engines_of(2)[0])
        until(lambda: seen[-1][1]["kind"] == "engines_lost", "what happens is told", 20)
        assert seen[-1][1]["at"] < time.time() - HOUR / 2, "in the time of that clock"
        world.fault("engine-start", "--engine", second[0].rpartition("engine")[2])
        world.fault("provider-back", "--vpn", "1")
        until(lambda: names(exporter) == world.engines, "all are back", 90)
        assert not _negative(exporter)
        (recovered,) = [item for item in world.journal() if "outage_seconds" in item.get("data", {})]
        assert 0 <= recovered["data"]["outage_seconds"] < 600
        until(lambda: [item for _id, item in seen] == world.journal()[-len(seen) :], "each line is delivered")


def test_docker_hangs_and_docker_is_restarted(world):
    second = world.engines_of(2)
    with (
        tempfile.TemporaryDirectory() as folder,
        docker_proxy(Path(folder) / "docker.sock") as proxy,
        started(world, host={"docker_host": proxy.url, "timeout": 3, "evidence_timeout": 3}, interval=1) as exporter,
    ):
        lines = len(world.journal())
        proxy.hang()
        until(lambda: _healths(exporter) == {"unknown"}, "nothing is known any more", 30)
        looks = _looks(exporter)
        until(lambda: _looks(exporter) > looks, "it goes on looking", 30)
        assert requests.get(exporter.url + "/healthz", timeout=10).ok
        proxy.go_on()
        until(lambda: _healths(exporter) == {"healthy"}, "all is known again", 30)
        assert names(exporter) == world.engines

        proxy.close()
        until(lambda: _healths(exporter) == {"unknown"}, "nothing is known any more", 30)
        until(lambda: _said(exporter, "events cannot be followed") == 1, "it says so", 10)
        proxy.listen()
        until(lambda: _healths(exporter) == {"healthy"}, "all is known again", 30)
        until(lambda: _said(exporter, "events are followed again") == 1, "and so are the events", 40)
        assert _said(exporter, "events cannot be followed") == 1, exporter.lines
        assert names(exporter) == world.engines
        assert world.journal()[lines:] == [], "unknown is no outage"
        docker("kill", world.gluetuns[0])
        until(lambda: names(exporter) == second, "an event is seen", 10)


def _healths(exporter) -> set[str]:
    status = get(exporter, "/vpn/status")
    return {status["vpn1"]["health"], status["vpn2"]["health"]}
