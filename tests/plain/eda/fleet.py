# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One event source process follows many exporters: `python -m tests.plain.eda.fleet --exporters 1000`.

The exporters are stand-ins in another process: each says hello, then sends a transition at random moments, in the form
of the real one. What arrives, how late, and how much of a core it takes is printed as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import resource
import statistics
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Connection

from tests.plain.eda.plugin import SOURCE, load

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nid: 1-0\nevent: hello\ndata: {}\n\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.plain.eda.fleet", description=__doc__)
    parser.add_argument("--exporters", type=int, default=1000)
    parser.add_argument("--transitions", type=int, default=10, help="of each exporter")
    parser.add_argument("--seconds", type=float, default=30.0, help="over which they are spread")
    given = parser.parse_args()
    result = measure(given.exporters, given.transitions, given.seconds)
    print(json.dumps(result))
    good = result["delivered"] == result["sent"] and result["median_ms"] < 100 and result["cores"] < 0.5
    return 0 if good else 1


def measure(exporters: int, transitions: int, seconds: float) -> dict[str, float]:
    """Run both sides and compare.

    :returns: C(sent), C(delivered), C(repeated); C(median_ms), C(p99_ms), C(max_ms) from sending to the rules' queue;
        C(connect_seconds) until all are followed; C(cores), the source's CPU time over the time of the transitions;
        C(memory_mb), the most it took.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    fleet = context.Process(target=_serve, args=(theirs, exporters, transitions, seconds), daemon=True)
    fleet.start()
    try:
        return asyncio.run(_follow(ours, exporters, transitions, seconds))
    finally:
        fleet.terminate()
        fleet.join()


class _Taken:
    """A queue like ansible-rulebook's, that notes when what arrived."""

    def __init__(self) -> None:
        self.followed = 0
        self.latencies: dict[tuple[str, float], float] = {}
        self.repeated = 0

    async def put(self, event: dict) -> None:
        values = event["acestream"]
        if values["kind"] == "exporter_followed":
            self.followed += 1
        elif values["kind"] == "gluetun_unhealthy":
            key = values["host"], values["at"]
            self.repeated += key in self.latencies
            self.latencies[key] = time.time() - values["at"]


async def _follow(pipe: Connection, exporters: int, transitions: int, seconds: float) -> dict[str, float]:
    port = await asyncio.to_thread(pipe.recv)
    # All are at one port: each connection is a stand-in of its own.
    hosts = [{"host": f"host{number}", "url": f"http://127.0.0.1:{port}"} for number in range(exporters)]
    taken = _Taken()
    began = time.monotonic()
    source = asyncio.create_task(load(SOURCE).main(taken, {"exporters": hosts, "recheck_every": 0}))
    await _until(lambda: taken.followed == exporters, 60 + exporters / 20, source)
    connected = time.monotonic() - began
    cpu, wall = _cpu(), time.monotonic()
    pipe.send("go")
    with suppress(TimeoutError):
        await _until(lambda: len(taken.latencies) == exporters * transitions, seconds + 30, source)
    used = (_cpu() - cpu) / (time.monotonic() - wall)
    source.cancel()
    late = sorted(taken.latencies.values()) or [float("inf")]
    return {
        "exporters": exporters,
        "sent": exporters * transitions,
        "delivered": len(taken.latencies),
        "repeated": taken.repeated,
        "median_ms": round(1000 * statistics.median(late), 1),
        "p99_ms": round(1000 * late[int(len(late) * 0.99)], 1),
        "max_ms": round(1000 * late[-1], 1),
        "connect_seconds": round(connected, 1),
        "cores": round(used, 3),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


async def _until(condition, timeout: float, source: asyncio.Task) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        if source.done():
            source.result()
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(0.05)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _serve(pipe: Connection, exporters: int, transitions: int, seconds: float) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = exporters + 256
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    with suppress(KeyboardInterrupt):
        asyncio.run(_stand_ins(pipe, transitions, seconds))


async def _stand_ins(pipe: Connection, transitions: int, seconds: float) -> None:
    go = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(_HEAD)
            await writer.drain()
            await go.wait()
            moments = sorted(random.uniform(0, seconds) for _number in range(transitions))
            before = 0.0
            for number, moment in enumerate(moments):
                await asyncio.sleep(moment - before)
                before = moment
                # The fields that the journal has; `at` tells when it was sent.
                line = {"at": time.time(), "kind": "gluetun_unhealthy", "level": "WARN", "vpn": f"gluetun{number}"}
                line |= {"message": "Gluetun VPN became unhealthy", "data": {"why": "no connection through the tunnel"}}
                writer.write(f"id: 1-{number + 1}\nevent: transition\ndata: {json.dumps(line)}\n\n".encode())
                await writer.drain()
            await asyncio.Event().wait()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=4096)
    pipe.send(server.sockets[0].getsockname()[1])
    await asyncio.to_thread(pipe.recv)
    go.set()
    await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
