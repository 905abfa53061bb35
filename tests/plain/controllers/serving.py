# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server on loopback whose answers are a function, for as long as a test needs it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

#: Method, path with query, headers and JSON body, and the status and JSON body of the answer (none: an empty one).
Answer = Callable[["Request"], tuple[int, Any]]


@dataclass(frozen=True)
class Request:
    """One request.

    :ivar path: without the query.
    :ivar body: the JSON body, or none.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Served:
    """A server that runs.

    :ivar seen: every request, in order.
    """

    url: str
    seen: list[Request] = field(default_factory=list)

    def writes(self) -> list[Request]:
        """The requests that ask for a change."""
        return [request for request in self.seen if request.method not in ("GET", "HEAD", "OPTIONS")]


@contextmanager
def served(answer: Answer, headers: dict[str, str] | None = None) -> Iterator[Served]:
    """Serve on a free port of loopback, in a thread of its own."""
    loop = asyncio.new_event_loop()
    server = Served("")

    async def handle(asked: web.Request) -> web.Response:
        text = await asked.text()
        body = json.loads(text) if text else None
        request = Request(asked.method, asked.path, dict(asked.query), dict(asked.headers), body)
        server.seen.append(request)
        status, document = answer(request)
        if document is None:
            return web.Response(status=status, headers=headers)
        return web.json_response(document, status=status, headers=headers)

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handle)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    runner = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
