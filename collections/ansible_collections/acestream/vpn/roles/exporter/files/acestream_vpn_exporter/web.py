# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP side: documents, metrics, events, the page. All is made from the newest look; a request never causes one."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store
from ansible_collections.acestream.vpn.plugins.module_utils._run.run_record import last_ended
from prometheus_client.exposition import choose_encoder

from acestream_vpn_exporter import access, documents
from acestream_vpn_exporter.journal import Entry, Journal, Position
from acestream_vpn_exporter.metrics import Metrics
from acestream_vpn_exporter.page import Page
from acestream_vpn_exporter.snapshot import Snapshot

#: Answered without a token: they say nothing but "well" or "not well".
_OPEN = ("/healthz", "/readyz")
#: Looks that may be missed before the exporter calls itself unwell.
_MISSED_LOOKS = 6
#: A comment is sent to silent event streams, so that proxies keep them open, seconds.
_HEARTBEAT = 15.0
#: A client of C(/events) that takes nothing for this long is let go, seconds.
_STALLED = 30.0
#: What the kernel may keep for one client of C(/events), bytes.
_KEPT = 64 * 1024
#: How often the journal is looked at for lines of other programs, seconds. Our own are there as soon as a look is done.
_JOURNAL_POLL = 1.0


#: What is missing is said: a client that relies on having seen everything has to read the documents anew.
_GAP = 'event: gap\ndata: {"why": "the journal of that id is gone"}\n\n'


class Site:
    """What all requests share. Its methods run in the event loop.

    :param vpns: names of the declared Gluetuns.
    :param token: the bearer token that requests must carry; None: none is needed.
    :param wake: called when another program has written to the journal: what is published may be stale.
    """

    def __init__(
        self, state_dir: str, vpns: Iterable[str], interval: float, token: str | None, wake: Callable[[], None]
    ) -> None:
        self._journal = Journal(state_dir)
        self._interval = interval
        self._token = token
        self._wake = wake
        self._snapshot: Snapshot | None = None
        self._looked_at: float | None = None
        self._well_at: float | None = None
        self._grown = asyncio.Condition()
        self._may_have_grown = asyncio.Event()
        self._seen = self._journal.end()
        store = Store(state_dir)
        self.metrics = Metrics(self.newest, vpns, lambda: last_ended(store, time.time()))
        # The page is rendered in a thread of its own, and a journal is for one thread.
        self.page = Page(Journal(state_dir), self.newest)

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
        # Its headers alone would be those of a stream that never comes.
        application.router.add_get("/events", self._events, allow_head=False)
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/readyz", self._readyz)
        self.page.add_to(application)
        application.cleanup_ctx.append(self._follow_journal)
        return application

    def looked(self, snapshot: Snapshot | None) -> None:
        """A look is done; None: it failed, and what was known before stays."""
        self._looked_at = time.monotonic()
        self.metrics.looked(snapshot)
        self._may_have_grown.set()
        if snapshot is not None:
            self._snapshot, self._well_at = snapshot, self._looked_at

    def newest(self) -> Snapshot | None:
        """The newest look that did not fail, as old as it is by now; None: there was none yet."""
        if self._snapshot is None or self._well_at is None:
            return None
        return self._snapshot.aged(time.monotonic() - self._well_at, self._interval)

    async def _follow_journal(self, _application: web.Application) -> AsyncIterator[None]:
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
                continue
            # Not wait_for: that of Python 3.11 misses a cancellation that comes together with what it waits for.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_JOURNAL_POLL):
                    await self._may_have_grown.wait()
            self._may_have_grown.clear()

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if self._token is not None and request.path not in _OPEN:
            _admit(self._token, request)
        response = await handler(request)
        if not response.prepared:
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def _json(self, make: Callable[[Snapshot, Any], Any]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            newest = self.newest()
            if newest is None:
                raise web.HTTPServiceUnavailable(text="no look has been completed yet: ask again in a moment\n")
            # A list has no place of its own for them.
            headers = {"Age": str(int(newest.age)), "X-Stale": "1" if newest.stale else "0"}
            return web.json_response(make(newest, request.query), headers=headers)

        return answer

    @staticmethod
    def _engines(snapshot: Snapshot, query: Any) -> list[dict[str, Any]]:
        return documents.engines(snapshot, everything=query.get("all", "") in ("1", "true", "yes"))

    async def _metrics(self, request: web.Request) -> web.Response:
        encode, kind = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(self.metrics.registry), headers={"Content-Type": kind})

    async def _healthz(self, _request: web.Request) -> web.Response:
        """Whether looks are still taken, whatever they show."""
        limit = self._interval * _MISSED_LOOKS
        looking = self._looked_at is not None and time.monotonic() - self._looked_at < limit
        return _tell(looking, "looks are taken", "no look was completed lately")

    async def _readyz(self, _request: web.Request) -> web.Response:
        """Whether what is served is fresh."""
        newest = self.newest()
        fresh = newest is not None and not newest.stale
        return _tell(fresh, "documents are fresh", "no look has succeeded lately, what is served is stale: see the log")

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """One event for each line of the journal, from C(Last-Event-ID) on, or from now on."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        _keep_little(request)
        await response.prepare(request)
        asked = request.headers.get("Last-Event-ID") or request.query.get("last_event_id")
        position = self._journal.parse(asked)
        try:
            if asked and position is None:
                await _send(response, _GAP)
            await self._stream(response, position or self._seen)
        except (TimeoutError, ConnectionError):
            _let_go(request)
        return response

    async def _stream(self, response: web.StreamResponse, position: Position) -> None:
        # The first bytes tell a client that it is connected, and where from.
        await _send(response, f"id: {position}\nevent: hello\ndata: {{}}\n\n")
        while True:
            if not self._journal.knows(position):
                await _send(response, _GAP)
                position = Position("", 0)
            entries = self._journal.since(position)
            if entries:
                position = entries[-1].position
                await _send(response, "".join(map(_event, entries)))
                # Writing does not wait while the client takes everything: who is far behind holds up nobody.
                await asyncio.sleep(0)
                continue
            try:
                async with asyncio.timeout(_HEARTBEAT), self._grown:
                    await self._grown.wait()
            except TimeoutError:
                await _send(response, ": still here\n\n")


def _keep_little(request: web.Request) -> None:
    """Let the kernel keep no more than this for a client that does not read; otherwise it is megabytes for each."""
    if request.transport is not None:
        request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _KEPT)


def _let_go(request: web.Request) -> None:
    """Drop a connection with all that was kept for it; a mere close would go on offering that to the client."""
    if request.transport is not None:
        with contextlib.suppress(OSError):
            linger = struct.pack("ii", 1, 0)
            request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        request.transport.abort()


def _event(entry: Entry) -> str:
    return f"id: {entry.position}\nevent: transition\ndata: {entry.text}\n\n"


def _tell(good: bool, yes: str, no: str) -> web.Response:
    return web.Response(text=(yes if good else no) + "\n", status=200 if good else 503)


def _admit(token: str, request: web.Request) -> None:
    """:raises aiohttp.web.HTTPUnauthorized: the request does not carry the token."""
    if not access.allows(token, request.headers.get("Authorization")):
        challenges = [("WWW-Authenticate", each) for each in access.CHALLENGES]
        raise web.HTTPUnauthorized(text=access.REFUSED, headers=challenges)


async def _send(response: web.StreamResponse, text: str) -> None:
    """:raises TimeoutError: the client takes nothing any more."""
    async with asyncio.timeout(_STALLED):
        await response.write(text.encode("utf-8"))
