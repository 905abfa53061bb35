# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One soak: a lab, an exporter, recovery runs, faults and followers for some time, and the verdict on it."""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import requests

from lab.cli import started_as
from lab.exporter import Exporter
from tests.lab.e2e.harness import Lab, event_stream, inspect
from tests.lab.soak import history
from tests.lab.soak.followers import Events, Follower, Listing, Truth, wait
from tests.lab.soak.trouble import Figures, Record, Trouble

#: Figures of judgement, shortened: in ten minutes every step of every ladder is climbed many times.
POLICY = {
    "confirm_timeout": 3,
    "start_period": 10,
    "cycle_after": 8,
    "restart_after": 16,
    "restart_interval": 15,
    "restart_budget": 100,
    "engine_restart_after": 10,
    "engine_budget": 50,
    "port_loss_after": 5,
    "port_cycle_after": 15,
    "port_settle": 5,
    "port_min_interval": 20,
    "failback_delay": 5,
}
#: How long an engine may be listed that is unusable: two looks and what an engine is believed for, and much to spare.
WRONG = 20.0
#: How long the collection has to mend everything once no more faults are made, seconds.
REST = 240.0


class Runs(Follower):
    """Starts recovery runs as a timer would, and now and then two at once.

    :ivar codes: how they ended.
    :ivar broken: the output of those that did not end as a run should, whatever it finds.
    """

    def __init__(self, lab: Lab, seed: int, every: float, watch_for: float) -> None:
        super().__init__("runs")
        self._lab, self._random, self._every = lab, random.Random(seed), every
        values = {f"recovery_{name}": value for name, value in POLICY.items()}
        self._options = ["-e", json.dumps({**values, "recovery_watch_for": watch_for})]
        self._under_way: list[tuple[subprocess.Popen, Any]] = []
        self.codes: list[int] = []
        self.broken: list[str] = []

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._collect()
            for _run in range(self._random.choice((1, 1, 1, 2))):
                if len(self._under_way) < 3:
                    self._begin()
            self._stopping.wait(self._every * self._random.uniform(0.5, 1.5))
        while self._under_way:
            self._under_way[0][0].wait(timeout=300)
            self._collect()

    def _begin(self) -> None:
        # Into a file: a pipe that nobody reads would hold a run up.
        output = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed when the run has ended
        self._under_way.append((self._lab.start("recover", *self._options, output=output), output))

    def _collect(self) -> None:
        for run, output in list(self._under_way):
            if run.poll() is None:
                continue
            self._under_way.remove((run, output))
            output.seek(0)
            text = output.read()
            output.close()
            self.codes.append(run.returncode)
            # A run may end with an error that says what it could not mend, but never with a defect of its own.
            if "Traceback (most recent call last)" in text or "MODULE FAILURE" in text or run.returncode not in (0, 2):
                self.broken.append(text)


def soak(
    lab: Lab,
    seed: int,
    seconds: float,
    figures: Figures | None = None,
    every: float = 20.0,
    watch_for: float = 40.0,
    keep: Path | None = None,
) -> dict[str, Any]:
    """Do it.

    :param lab: is up, with everything working and nothing remembered.
    :param every: about how often runs are started, seconds.
    :param keep: a folder for the journal and for what was done, to look at afterwards.
    :returns: figures, and C(violations): sentences, one for each thing that must not be.
    """
    record, engines = Record(), {name: _vpn_of(name) for name in lab.engines}
    with ExitStack() as stack:
        seen = stack.enter_context(event_stream())
        exporter = stack.enter_context(Exporter(lab.prefix, policy=POLICY))
        truth = Truth(started_as(lab.prefix))
        events, listing = Events(exporter.url, seed), Listing(exporter.url, truth)
        for follower in (truth, events):
            _follow(stack, follower)
        assert events.listening.wait(20), "the events begin"
        ready = exporter.url + "/readyz"
        assert wait(lambda: requests.get(ready, timeout=10).ok, 60), "the first look is done"
        runs = Runs(lab, seed, every, watch_for)
        _follow(stack, listing)
        _follow(stack, runs)
        assert wait(lambda: listing.names == lab.engines, 60), f"only {listing.names} are listed at the beginning"
        began = time.time()
        print(f"soak: seed {seed}: faults for {seconds:.0f} s", flush=True)
        targets = [f"vpn{number + 1}" for number in range(len(lab.gluetuns))] + lab.engines[::2]
        troubles = [Trouble(lab.prefix, target, f"{seed}-{target}", record, figures or Figures()) for target in targets]
        for trouble in troubles:
            trouble.start()
        _pass(began + seconds, lab, record)
        for trouble in troubles:
            trouble.end()
        stopped = [trouble.stop(90) for trouble in troubles]
        assert all(stopped), "faults are undone"
        ended = time.time()
        print("soak: no more faults", flush=True)
        well = wait(lambda: listing.names == lab.engines and not truth.unusable and _rests(lab), REST)
        mended = time.time() - ended
        assert runs.stop(300), "the last runs have ended"
        told = wait(lambda: len(events.texts) == len(_texts(lab)), 30)
        listing.stop()
        truth.stop()
        events.stop()
    texts, log = _texts(lab), (lab.state / "journal.log").read_text("utf-8").splitlines()
    lines = [json.loads(text) for text in texts]
    starts = [
        history.Start(event["timeNano"] / 1e9, event["Actor"]["Attributes"]["name"])
        for event in seen
        if event["Action"] in ("start", "unpause") and _ours(event, lab)
    ]
    if keep:
        _keep(keep, texts, exporter.lines, starts, record)
    violations = [
        *([] if told else ["not every line of the journal was delivered within 30 s"]),
        *history.delivered(texts, events.texts),
        *history.agree(lines, log),
        *history.in_order(lines),
        *history.said_once(lines),
        *history.hidden_once(lines),
        *history.explained(lines, starts, record.touched, engines),
        *[
            f"{name} was listed for {wrong:.1f} s though it was unusable"
            for name, wrong in listing.wrong.items()
            if wrong > WRONG
        ],
        *[f"{item.name} broke: {item.defect!r}" for item in (*troubles, runs, listing, truth, events) if item.defect],
        *[f"a run broke: {output[-2000:]}" for output in runs.broken],
        *[f"the exporter's log: {line}" for line in exporter.lines if "Traceback" in line or "a look failed" in line],
        *[f"/engines: {error}" for error in listing.errors],
        *([] if well else [f"not everything is well {REST:.0f} s after the last fault: listed are {listing.names}"]),
        *[f"{vpn} is still down by the journal" for vpn in history.still_down(lines) if well],
    ]
    if events.gaps:
        violations.append(f"the client of the events was told of {events.gaps} gaps")
    return {
        "seed": seed,
        "seconds": round(ended - began),
        "faults": record.counts(),
        "faults_refused": len(record.refused),
        "runs": len(runs.codes),
        "runs_not_0": sum(code != 0 for code in runs.codes),
        "journal_lines": len(lines),
        "kinds": _counts(line["kind"] for line in lines),
        "container_starts": len(starts),
        "events_client_resumed": events.resumed,
        "engines_polls": listing.polls,
        "engines_slowest_answer": round(listing.slowest, 3),
        "listed_though_unusable_at_most": round(max(listing.wrong.values(), default=0.0), 1),
        "mended_after": round(mended, 1),
        "violations": violations,
    }


def _follow(stack: ExitStack, follower: Follower) -> None:
    follower.start()
    stack.callback(follower.stop)


def _pass(until: float, lab: Lab, record: Record) -> None:
    """Let time pass, and say now and then that something goes on."""
    said = 0.0
    while time.time() < until:
        time.sleep(0.5)
        if time.monotonic() - said >= 30:
            said = time.monotonic()
            print(
                f"soak: {until - time.time():.0f} s to go, {len(record.made)} faults, {len(lab.journal())} lines",
                flush=True,
            )


def _keep(folder: Path, journal: list[str], log: list[str], starts: list[history.Start], record: Record) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "journal.jsonl").write_text("".join(line + "\n" for line in journal), encoding="utf-8")
    (folder / "exporter.log").write_text("".join(line + "\n" for line in log), encoding="utf-8")
    done = {
        "faults": [asdict(item) for item in record.made],
        "touched": [asdict(item) for item in record.touched],
        "refused": record.refused,
        "starts": [asdict(item) for item in starts],
    }
    (folder / "done.json").write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")


def _rests(lab: Lab) -> bool:
    """Nothing is remembered that a further run would have to see to."""
    memory = lab.document("memory.json")
    return not any(item["outage_since"] for item in memory["gluetuns"].values()) and not any(
        item["wrong_since"] for item in memory["engines"].values()
    )


def _texts(lab: Lab) -> list[str]:
    return (lab.state / "journal.jsonl").read_text("utf-8").splitlines()


def _ours(event: dict[str, Any], lab: Lab) -> bool:
    name = event["Actor"]["Attributes"].get("name", "")
    return name in (*lab.gluetuns, *lab.engines)


def _vpn_of(engine: str) -> str:
    return inspect(engine)["Config"]["Labels"]["acestream.vpn_container"]


def _counts(kinds: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for kind in sorted(kinds):
        found[kind] = found.get(kind, 0) + 1
    return found
