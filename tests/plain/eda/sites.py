# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The real exporter's HTTP side over a real journal, and servers that behave as no exporter should."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from acestream_vpn_exporter.web import Site
from aiohttp import web
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import WARN, Transition
from ansible_collections.acestream.vpn.plugins.module_utils._publish.journal import as_json


def note(folder: Path, kind: str, at: float, vpn: str | None = "gluetun", **more: object) -> None:
    """Write a line into the journal, as a run or the exporter does."""
    line = as_json(Transition(at, WARN, kind, "{{ lookup('pipe', 'id') }}", vpn, **more))
    with (folder / "journal.jsonl").open("a", encoding="utf-8") as journal:
        journal.write(line + "\n")


@asynccontextmanager
async def exporter(folder: Path, port: int, token: str | None = None) -> AsyncIterator[str]:
    """The exporter's site, without the looks; its address."""
    site = Site(str(folder), ["gluetun"], 5.0, token, lambda: None)
    runner = web.AppRunner(site.application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"


@asynccontextmanager
async def raw(port: int, first: bytes, drip: bytes = b"", then_close: bool = False) -> AsyncIterator[list[bytes]]:
    """Whoever connects gets these bytes, then one more of C(drip) every 50 ms or nothing at all.

    :returns: the requests so far.
    """
    asked: list[bytes] = []
    ended = asyncio.Event()
    writers: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        try:
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(first)
            await writer.drain()
            while not then_close and not ended.is_set():
                writer.write(drip)
                await writer.drain()
                await asyncio.sleep(0.05)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writers.discard(writer)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield asked
    finally:
        ended.set()
        server.close()
        for one in list(writers):
            one.close()
        await server.wait_closed()
