# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exporter as it is, over a world that is made up: two VPNs, one of which stops and starts all the time.

Looking apart, everything is real: watcher, judgement, memory, journal, web server. A process of its own, as in life.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from acestream_vpn_exporter import connection_limit, web
from acestream_vpn_exporter.config import Config
from acestream_vpn_exporter.connection_limit import ConnectionLimitRunner
from acestream_vpn_exporter.watcher import Watcher
from acestream_vpn_exporter.web import Site
from aiohttp.web import TCPSite
from ansible_collections.acestream.vpn.plugins.module_utils._host import clock
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Observation
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._publish import store
from ansible_collections.acestream.vpn.plugins.module_utils._publish.journal import as_json
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store
from ansible_collections.acestream.vpn.tests.unit.plugins.module_utils.option_builders import host_options
from ansible_collections.acestream.vpn.tests.unit.plugins.module_utils.small_world import engine, gluetun, look

ROOT = Path(__file__).resolve().parents[3]
FILES = ROOT / "collections/ansible_collections/acestream/vpn/roles/exporter/files"
#: Every line that was ever in the journal, for whoever compares: the journal itself keeps no more than two files.
EVERYTHING = "everything.jsonl"
_LISTENING = re.compile(r"listening on (\d+)")


class RecordingStore(Store):
    """The store; every line that it writes to the journal is kept beside it as well."""

    def _append(self, transitions: list) -> None:
        super()._append(transitions)
        with open(self.path(EVERYTHING), "a", encoding="utf-8") as file:
            file.writelines(as_json(item) + "\n" for item in transitions)


def _world(down: bool) -> Observation:
    """VPN C(two) is well; of VPN C(one) there is no container at times."""
    one = {"container": None, "egress": "unknown"} if down else {}
    other = "h" * 64
    two, b = gluetun("two"), engine("b", "two", 19500, streams=1)
    two = replace(two, container=replace(two.container, id=other))
    b = replace(b, container=replace(b.container, network_mode=f"container:{other}"))
    engines = [engine("a", "one", 19000, connected=not down), b]
    return look(time.time(), [gluetun("one", **one), two], engines, tick=clock.tick(), boot=clock.boot())


async def serve(options: argparse.Namespace) -> None:
    loop, ended, still = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    # The world stays as it is from then on.
    loop.add_signal_handler(signal.SIGUSR1, still.set)
    turn = [0]

    def observe() -> Observation:
        if not still.is_set():
            turn[0] = int(time.time() * options.changes)
        return _world(bool(turn[0] % 2))

    config = Config(
        host_options(["one", "two"], state_dir=options.state), Policy(), interval=0.5 / max(options.changes, 0.1)
    )
    watcher = Watcher(
        config, observe, RecordingStore(options.state), lambda seen: loop.call_soon_threadsafe(tell, seen)
    )
    site = Site(options.state, ["one", "two"], config.interval, options.token, watcher.look_now)

    def tell(snapshot: Any) -> None:
        site.looked(snapshot)

    runner = ConnectionLimitRunner(site.application(), options.idle)
    await runner.setup()
    await TCPSite(runner, "127.0.0.1", 0).start()
    watcher.start()
    print(f"listening on {runner.addresses[0][1]}", flush=True)
    await ended.wait()
    await loop.run_in_executor(None, watcher.stop)
    await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", required=True)
    parser.add_argument("--changes", type=float, default=0.0, help="how often in a second the world changes")
    parser.add_argument("--journal-max", type=int, default=store.JOURNAL_MAX)
    parser.add_argument("--stalled", type=float, default=web._STALLED)
    parser.add_argument("--idle", type=float, default=connection_limit.IDLE)
    parser.add_argument("--connections", type=int, default=connection_limit.CONNECTIONS)
    parser.add_argument("--token")
    options = parser.parse_args()
    store.JOURNAL_MAX, web._STALLED = options.journal_max, options.stalled
    connection_limit.CONNECTIONS = options.connections
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    asyncio.run(serve(options))


class Served:
    """The process, from outside."""

    def __init__(self, process: subprocess.Popen, port: int, log: Path) -> None:
        self.process, self.port, self._log = process, port, log
        self.url = f"http://127.0.0.1:{port}"

    def rest(self) -> None:
        """Let the world stay as it is."""
        self.process.send_signal(signal.SIGUSR1)

    def lines(self) -> list[str]:
        return self._log.read_text("utf-8", "replace").splitlines()

    def rss(self) -> float:
        """Memory, MB."""
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text("ascii"))
        return int(found[1]) / 1024

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(folder: Path, **settings: Any) -> Iterator[Served]:
    """Run it for the time of a test; C(settings) are its options. Its state directory is C(folder/state)."""
    words = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
    path = os.pathsep.join((str(FILES), str(ROOT / "collections"), str(ROOT)))
    log = folder / "log"
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.plain.exporter.served", f"--state={folder / 'state'}", *words],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + 30
        while not (found := _LISTENING.search(log.read_text("utf-8"))):
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < deadline, "it listens"
            time.sleep(0.05)
        yield Served(process, int(found[1]), log)
    finally:
        process.terminate()
        try:
            code = process.wait(15)
        finally:
            process.kill()
    assert code == 0, log.read_text("utf-8")[-4000:]


if __name__ == "__main__":
    main()
