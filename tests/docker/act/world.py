# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small world of real containers: a gluetun that only lends its network, and engines on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
#: Everything that these tests start carries it, and their clean-up touches nothing else.
LABEL = "acestream.vpn.test=act"


def docker(*words: str) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"docker {' '.join(words)}: {done.stderr}"
    return done.stdout.strip()


def inspect(name: str) -> dict:
    return json.loads(docker("inspect", name))[0]


def exists(name: str) -> bool:
    return subprocess.run(["docker", "inspect", name], capture_output=True, check=False).returncode == 0


def until(condition: Callable[[], object], what: str, timeout: float = 20) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout} s: {what}"
        time.sleep(0.1)


def until_it_asks_for(process: subprocess.Popen, path: Path) -> None:
    """Wait until a process has a file open: a lock's, that is, which somebody else holds."""
    folder = Path(f"/proc/{process.pid}/fd")

    def opened() -> bool:
        assert process.poll() is None, f"it has ended without asking for {path}"
        return any(os.path.realpath(descriptor) == str(path.resolve()) for descriptor in folder.iterdir())

    until(opened, f"{path} is asked for")


@dataclass(frozen=True)
class Done:
    """What a module returned."""

    result: dict
    output: str

    def __getitem__(self, key: str):
        return self.result[key]

    def engine(self, name: str) -> dict:
        return next(item for item in self.result["engines"] if item["name"] == name)


class World:
    """One gluetun and its engines, with names of their own.

    :param state: the state directory.
    """

    def __init__(self, image: str, prefix: str, state: Path) -> None:
        self.image, self.prefix, self.state = image, prefix, state
        self.gluetun = f"{prefix}-gluetun"

    def start_gluetun(self) -> str:
        words = ["run", "-d", "--name", self.gluetun, "--label", LABEL, "--restart", "unless-stopped"]
        return docker(*words, self.image, "--http-port", "8000")

    def recreate_gluetun(self) -> str:
        self.remove(self.gluetun)
        return self.start_gluetun()

    def stop(self, name: str) -> None:
        """Stop a container, and wait until Docker has told of its end: it may answer first."""
        began = time.time()
        docker("stop", "-t", "1", name)
        filters = ["--filter", f"container={name}", "--filter", "event=die"]

        def told() -> str:
            return docker("events", "--since", f"{began:.9f}", "--until", f"{time.time():.9f}", *filters)

        until(told, f"Docker tells that {name} has ended")

    def start_engine(self, number: int = 1, *options: str, verb: str = "run") -> str:
        name = f"{self.prefix}-engine{number}"
        port = str(6878 + number)
        words = [verb, *(["-d"] if verb == "run" else []), "--name", name, "--label", LABEL]
        words += ["--label", f"acestream.http_port={port}", "--network", f"container:{self.gluetun}"]
        docker(*words, *options, self.image, "--http-port", port)
        return name

    def start(self, module: str, **options: object) -> subprocess.Popen:
        """Start a module and do not wait."""
        options = {"state_dir": str(self.state), **options}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.docker.act.module", module],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'collections'}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(options))
        process.stdin.close()
        process.stdin = None
        return process

    def run(self, module: str, **options: object) -> Done:
        return finish(self.start(module, **options))

    def engines(self, *names: str, **options: object) -> Done:
        """Run the module C(engine) on engines of this world."""
        common = {key: options.pop(key) for key in ("started_since", "drain_until") if key in options}
        entries = [{"name": name, "gluetun": self.gluetun, **common} for name in names]
        return self.run("engine", engines=entries, **options)

    def memory(self) -> dict:
        return json.loads((self.state / "memory.json").read_text(encoding="utf-8"))

    def journal(self) -> list[str]:
        """The journal's messages, with their levels."""
        lines = (self.state / "journal.jsonl").read_text(encoding="utf-8").splitlines()
        return [f"{line['level']}: {line['message']}" for line in map(json.loads, lines)]

    @contextmanager
    def actions(self) -> Iterator[Counter]:
        """What Docker's own event stream says was done meanwhile to this world's containers."""
        counted: Counter = Counter()
        began = time.time()
        yield counted
        span = ["--since", f"{began:.9f}", "--until", f"{time.time():.9f}"]
        lines = docker("events", *span, "--filter", f"label={LABEL}", "--format", "{{json .}}").splitlines()
        for event in map(json.loads, lines):
            if event["Actor"]["Attributes"]["name"].startswith(self.prefix + "-"):
                counted[event["Actor"]["Attributes"]["name"], event["Action"].partition(":")[0]] += 1

    def volume(self) -> str:
        """A named volume."""
        return docker("volume", "create", "--label", LABEL, f"{self.prefix}-{len(self._volumes())}")

    def remove(self, *containers: str) -> None:
        """Remove containers and their volumes, also those that a recreation has given a name."""
        mounts = [mount for name in containers for mount in inspect(name)["Mounts"]]
        volumes = {mount["Name"] for mount in mounts if mount["Type"] == "volume"}
        if containers:
            docker("rm", "-f", *containers)
        if volumes:
            docker("volume", "rm", "-f", *volumes)

    def clean(self) -> None:
        """Remove what this world started."""
        filters = ["--filter", f"label={LABEL}", "--filter", f"name=^/?{self.prefix}-"]
        self.remove(*docker("ps", "-aq", "--no-trunc", *filters).split())
        if self._volumes():
            docker("volume", "rm", "-f", *self._volumes())

    def _volumes(self) -> list[str]:
        return docker("volume", "ls", "-q", "--filter", f"name={self.prefix}-").split()


def finish(process: subprocess.Popen) -> Done:
    output, _none = process.communicate(timeout=120)
    return Done(json.loads(output.splitlines()[-1]), output)


def touched(actions: Counter) -> Counter:
    """The actions that change a container."""
    changing = ("start", "stop", "die", "create", "destroy", "rename", "restart", "pause", "unpause")
    return Counter({item: count for item, count in actions.items() if item[1] in changing})
