# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP side: documents, metrics, events. Everything is made from the newest look; a request never causes one."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from prometheus_client.exposition import choose_encoder

from acestream_vpn_exporter import documents
from acestream_vpn_exporter.journal import Journal, Position
from acestream_vpn_exporter.metrics import Metrics
from acestream_vpn_exporter.snapshot import Snapshot

#: Answered without a token: they say nothing but "well" or "not well".
_OPEN = ("/healthz", "/readyz")
#: Looks that may be missed before the exporter calls itself unwell.
_MISSED_LOOKS = 6
#: A comment is sent to silent event streams, so that proxies keep them open, seconds.
_HEARTBEAT = 15.0
#: A client of C(/events) that takes nothing for this long is let go, seconds.
_STALLED = 30.0
#: How often the journal is looked at for lines of other programs, seconds.
_JOURNAL_POLL = 0.5


class Site:
    """What all requests share. Its methods run in the event loop.

    :param token: the bearer token that requests must carry; None: none is needed.
    :param wake: called when another program has written to the journal: what is published may be stale.
    """

    def __init__(self, state_dir: str, interval: float, token: str | None, wake: Callable[[], None]) -> None:
        self._journal = Journal(state_dir)
        self._interval = interval
        self._token = token
        self._wake = wake
        self._snapshot: Snapshot | None = None
        self._looked_at: float | None = None
        self._well_at: float | None = None
        self._grown = asyncio.Condition()
        self._seen = self._journal.end()
        self.metrics = Metrics(lambda: self._snapshot)

    def application(self) -> web.Application:
        """The routes."""
        application = web.Application(middlewares=[self._guard])
        application.router.add_get("/engines", self._json(self._engines))
        application.router.add_get("/streams", self._json(lambda now, _query: documents.streams(now)))
        application.router.add_get("/vpn/status", self._json(lambda now, _query: documents.vpn_status(now)))
        application.router.add_get(
            "/orchestrator/status", self._json(lambda now, _q: documents.orchestrator_status(now))
        )
        application.router.add_get("/metrics", self._metrics)
        application.router.add_get("/events", self._events)
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/readyz", self._readyz)
        application.cleanup_ctx.append(self._follow_journal)
        return application

    def looked(self, snapshot: Snapshot | None) -> None:
        """A look is done; None: it failed, and what was known before stays."""
        self._looked_at = time.monotonic()
        self.metrics.looked(snapshot)
        if snapshot is not None:
            self._snapshot, self._well_at = snapshot, self._looked_at

    async def _follow_journal(self, _application: web.Application):
        task = asyncio.create_task(self._follow())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def _follow(self) -> None:
        while True:
            entries = self._journal.since(self._seen)
            if entries:
                self._seen = entries[-1].position
                for entry in entries:
                    self.metrics.transition(entry.document)
                async with self._grown:
                    self._grown.notify_all()
                self._wake()
            else:
                await asyncio.sleep(_JOURNAL_POLL)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Callable[..., Awaitable[web.StreamResponse]]):
        if self._token is not None and request.path not in _OPEN:
            given = request.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
                raise web.HTTPUnauthorized(
                    text="a bearer token is needed: Authorization: Bearer <token>\n",
                    headers={"WWW-Authenticate": "Bearer"},
                )
        response = await handler(request)
        if not response.prepared:
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def _json(self, make: Callable[[Snapshot, Any], Any]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            if self._snapshot is None:
                raise web.HTTPServiceUnavailable(text="no look has been completed yet: ask again in a moment\n")
            return web.json_response(make(self._snapshot, request.query))

        return answer

    @staticmethod
    def _engines(snapshot: Snapshot, query: Any) -> list[dict[str, Any]]:
        return documents.engines(snapshot, everything=query.get("all", "") in ("1", "true", "yes"))

    async def _metrics(self, request: web.Request) -> web.Response:
        encode, kind = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(self.metrics.registry), headers={"Content-Type": kind})

    async def _healthz(self, _request: web.Request) -> web.Response:
        """Whether looks are still taken, whatever they show."""
        return self._within(self._looked_at, "looks are taken", "no look was completed lately")

    async def _readyz(self, _request: web.Request) -> web.Response:
        """Whether what is served is fresh."""
        return self._within(self._well_at, "documents are fresh", "the newest look failed or is old: see the log")

    def _within(self, moment: float | None, good: str, bad: str) -> web.Response:
        limit = self._interval * _MISSED_LOOKS
        fresh = moment is not None and time.monotonic() - moment < limit
        return web.Response(text=(good if fresh else bad) + "\n", status=200 if fresh else 503)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """One event for each line of the journal, from C(Last-Event-ID) on, or from now on."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        await response.prepare(request)
        asked = request.headers.get("Last-Event-ID") or request.query.get("last_event_id")
        position = self._journal.parse(asked)
        try:
            if asked and position is None:
                # Say so: a client that relies on having seen everything has to read the documents anew.
                await _send(response, 'event: gap\ndata: {"why": "the journal of that id is gone"}\n\n')
            await self._stream(response, position or self._seen)
        except (TimeoutError, ConnectionError):
            if request.transport is not None:
                request.transport.abort()
        return response

    async def _stream(self, response: web.StreamResponse, position: Position) -> None:
        # The first bytes tell a client that it is connected, and where from.
        await _send(response, f"id: {position}\nevent: hello\ndata: {{}}\n\n")
        while True:
            entries = self._journal.since(position)
            for entry in entries:
                await _send(response, f"id: {entry.position}\nevent: transition\ndata: {entry.text}\n\n")
                position = entry.position
            if entries:
                continue
            try:
                async with self._grown:
                    await asyncio.wait_for(self._grown.wait(), _HEARTBEAT)
            except TimeoutError:
                await _send(response, ": still here\n\n")


async def _send(response: web.StreamResponse, text: str) -> None:
    """:raises asyncio.TimeoutError: the client takes nothing any more."""
    await asyncio.wait_for(response.write(text.encode("utf-8")), _STALLED)
