# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many clients at once, some of them bad ones: `python -m tests.plain.exporter.load --seconds 60`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import resource
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from acestream_vpn_exporter.journal import Journal

from tests.plain.exporter.served import EVERYTHING, Served, served

CLIENTS, REQUESTS = 200, 50
#: Clients of the events that read nothing, and such as read one byte a second.
STALLED, SLOW = 10, 10
#: Changes of the world a second; each is several lines of the journal.
CHANGES = 4.0
#: What the bad ones ask for: much more than any buffer holds, bytes.
_OLD = 6_000_000
_JOURNAL_MAX = 18_000


@dataclass
class Result:
    """What came of it. Times in seconds.

    :ivar violations: sentences, one for each thing that must not be.
    """

    figures: dict[str, Any] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


@dataclass
class Seen:
    """What one client of the events was told."""

    texts: list[str] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)


def load(folder: Path, seconds: float, stalled_after: float) -> Result:
    """Do it.

    :param stalled_after: when the exporter lets a client go that takes nothing.
    """
    _more_files()
    state = folder / "state"
    state.mkdir()
    line = json.dumps({"kind": "an_old_line", "message": "x" * 200}) + "\n"
    (state / "journal.jsonl.1").write_text(line * (_OLD // len(line)), encoding="utf-8")
    (state / "journal.jsonl").write_text(line, encoding="utf-8")
    oldest = _beginning(state)
    with served(folder, changes=CHANGES, journal_max=_JOURNAL_MAX, stalled=stalled_after) as exporter:
        return asyncio.run(_Load(exporter, state, oldest).run(seconds, stalled_after))


class _Load:
    def __init__(self, exporter: Served, state: Path, oldest: str) -> None:
        self._exporter, self._state, self._oldest = exporter, state, oldest
        self._requests: list[float] = []
        self._wrong: list[str] = []
        self._let_go: dict[str, int] = {"stalled": 0, "slow": 0}
        self._rotations = 0
        self._rss: list[float] = []

    async def run(self, seconds: float, stalled_after: float) -> Result:
        await self._ready()
        seen = [Seen() for _client in range(CLIENTS)]
        began, cpu = time.monotonic(), self._exporter.cpu()
        until = began + seconds
        first = asyncio.Event()
        clients = [asyncio.create_task(self._client(one, first)) for one in seen]
        await asyncio.wait_for(first.wait(), 30)
        bad = [asyncio.create_task(self._bad("stalled", 0.0)) for _client in range(STALLED)]
        bad += [asyncio.create_task(self._bad("slow", 1.0)) for _client in range(SLOW)]
        await asyncio.gather(self._ask(until), self._watch(until))
        spent = self._exporter.cpu() - cpu
        self._exporter.rest()
        # Those who came first saw the most; all are to see the end.
        whole = await self._settled(seen)
        deadline = began + stalled_after * 3 + 20
        while sum(self._let_go.values()) < STALLED + SLOW and time.monotonic() < deadline:
            await asyncio.sleep(0.2)
        for task in (*clients, *bad):
            task.cancel()
        await asyncio.gather(*clients, *bad, return_exceptions=True)
        return self._judge(seen, whole, seconds, spent)

    async def _ready(self) -> None:
        for _attempt in range(300):
            status, _body = await self._get("/readyz")
            if status == 200:
                return
            await asyncio.sleep(0.1)
        raise AssertionError("the exporter is not ready")

    async def _get(self, path: str) -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._exporter.port)
        try:
            return await _request(reader, writer, path)
        finally:
            writer.close()

    async def _client(self, seen: Seen, first: asyncio.Event) -> None:
        async for kind, text in self._stream():
            if kind == "transition":
                seen.texts.append(text)
                seen.delays.append(time.time() - json.loads(text)["at"])
                first.set()
            elif kind == "gap":
                self._wrong.append("a client was told of a gap")
        self._wrong.append("a good client was let go")

    async def _stream(self) -> AsyncIterator[tuple[str, str]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._exporter.port, limit=1 << 20)
        try:
            writer.write(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
            kind = ""
            # Each event is a chunk, so that its lines are whole; what frames a chunk is no line of an event.
            while line := await reader.readline():
                name, _colon, value = line.decode("utf-8").rstrip("\n").partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    yield kind, value
        finally:
            writer.close()

    async def _bad(self, name: str, every: float) -> None:
        """A client that asks for everything and takes (almost) nothing of it, until it is let go."""
        loop = asyncio.get_running_loop()
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.setblocking(False)
            await loop.sock_connect(sock, ("127.0.0.1", self._exporter.port))
            await loop.sock_sendall(
                sock, f"GET /events HTTP/1.1\r\nHost: x\r\nLast-Event-ID: {self._oldest}\r\n\r\n".encode()
            )
            with contextlib.suppress(ConnectionError):
                while not _is_reset(sock):
                    await asyncio.sleep(every or 0.5)
                    if every and not await loop.sock_recv(sock, 1):
                        break
            self._let_go[name] += 1

    async def _ask(self, until: float) -> None:
        """So many requests a second, over as many connections as it takes, whatever the answers take."""
        free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        under_way: set[asyncio.Task] = set()

        async def one() -> None:
            began = time.monotonic()
            pair = free.pop() if free else await asyncio.open_connection("127.0.0.1", self._exporter.port)
            try:
                status, body = await _request(*pair, "/engines")
            except (OSError, EOFError) as error:
                self._wrong.append(f"/engines: {type(error).__name__}")
                return
            self._requests.append(time.monotonic() - began)
            free.append(pair)
            names = [item["container_name"] for item in json.loads(body)] if status == 200 else None
            if names not in (["b"], ["a", "b"]):
                self._wrong.append(f"/engines: {status} {body[:100]!r}")

        began, number = time.monotonic(), 0
        while time.monotonic() < until:
            under_way.add(asyncio.create_task(one()))
            number += 1
            await asyncio.sleep(max(0.0, began + number / REQUESTS - time.monotonic()))
        self._wrong += [repr(error) for error in await asyncio.gather(*under_way, return_exceptions=True) if error]
        for _reader, writer in free:
            writer.close()

    async def _watch(self, until: float) -> None:
        """How much memory it takes, and how often the journal was set aside."""
        inode = 0
        while time.monotonic() < until:
            with contextlib.suppress(FileNotFoundError):
                now = (self._state / "journal.jsonl").stat().st_ino
                self._rotations += inode not in (0, now)
                inode = now
            self._rss.append(self._exporter.rss())
            await asyncio.sleep(0.25)

    async def _settled(self, seen: list[Seen]) -> list[str]:
        """Wait until each client has the last line.

        :returns: every line that was written.
        """
        deadline = time.monotonic() + 20
        while True:
            before = (self._state / EVERYTHING).read_text("utf-8").splitlines()
            if all(one.texts and one.texts[-1] == before[-1] for one in seen) or time.monotonic() > deadline:
                return before
            await asyncio.sleep(0.5)

    def _judge(self, seen: list[Seen], whole: list[str], seconds: float, spent: float) -> Result:
        violations = sorted(set(self._wrong))
        for number, one in enumerate(seen):
            # Each joined at some moment: from there on nothing may be missing, come twice, or out of order.
            if not one.texts or one.texts != whole[len(whole) - len(one.texts) :]:
                violations.append(f"client {number} saw {len(one.texts)} lines, which are not the last of {len(whole)}")
        delays = sorted(delay for one in seen for delay in one.delays)
        requests = sorted(self._requests)
        figures = {
            "seconds": seconds,
            "clients": len(seen),
            "lines": len(whole),
            "delivered": len(delays),
            "rotations": self._rotations,
            "event_delay_median": round(delays[len(delays) // 2], 3),
            "event_delay_99": round(delays[int(len(delays) * 0.99)], 3),
            "event_delay_max": round(delays[-1], 3),
            "requests": len(requests),
            "request_median": round(requests[len(requests) // 2], 4),
            "request_99": round(requests[int(len(requests) * 0.99)], 4),
            "request_max": round(requests[-1], 4),
            "let_go": self._let_go,
            "rss_first_mb": round(self._rss[0], 1),
            "rss_max_mb": round(max(self._rss), 1),
            "cpu_seconds": round(spent, 1),
        }
        if list(self._let_go.values()) != [STALLED, SLOW]:
            violations.append(f"of the bad clients only these were let go: {self._let_go}")
        if len(requests) < 0.9 * REQUESTS * seconds:
            violations.append(f"only {len(requests)} requests were answered in {seconds} s")
        return Result(figures, violations)


async def _request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> tuple[int, bytes]:
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.partition("content-length:")[2].partition("\r")[0])
    return int(head.split()[1]), await reader.readexactly(length)


def _is_reset(sock: socket.socket) -> bool:
    return bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)) or _state(sock) not in (1, 8)


def _state(sock: socket.socket) -> int:
    """The connection's state, see tcp(7); 1: established, 8: the other side has closed and there is more to read."""
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


def _beginning(state: Path) -> str:
    """The id of the oldest place in the journal."""
    before, _current = Journal(str(state))._files()
    return f"{before.name}-0"


def _more_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.plain.exporter.load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for how long (60)")
    parser.add_argument("--stalled", type=float, default=30, help="seconds after which bad clients are let go (30)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = load(Path(folder), options.seconds, options.stalled)
    print(json.dumps(result.figures, indent=1))
    print("\n".join(result.violations) or "no error, no missed transition")
    return 1 if result.violations else 0


if __name__ == "__main__":
    sys.exit(main())
