# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The status page: rendered when somebody asks, once for each look, however many ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import web
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import timestamp
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from acestream_vpn_exporter.history import History
from acestream_vpn_exporter.journal import Journal
from acestream_vpn_exporter.snapshot import Snapshot
from acestream_vpn_exporter.view import view

_FOLDER = Path(__file__).with_name("status_page")
#: What the page asks for, and its type. Nothing comes from anywhere else, as the policy tells the browser.
_FILES = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_NAME = "VPN status"
#: A page about a look that is old tells its age, and is made anew after this time, seconds.
_STALE_FOR = 5.0


class Page:
    """C(GET /), its main part C(GET /?part=main), and the files that it needs.

    :param newest: gives the newest look, as old as it is by now; None: there was none.
    """

    def __init__(self, journal: Journal, newest: Callable[[], Snapshot | None]) -> None:
        self._newest = newest
        self._journal = journal
        self._history = History(journal)
        self._rendering = asyncio.Lock()
        self._templates = Environment(
            loader=FileSystemLoader(_FOLDER),
            # Names of containers, countries and the journal's text are the words of others.
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["iso"] = timestamp
        self._key: object = None
        self._parts: dict[str, bytes] = {}
        #: How often a page was rendered.
        self.rendered = 0

    def add_to(self, application: web.Application) -> None:
        """The routes."""
        application.router.add_get("/", self._page)
        for name, kind in _FILES.items():
            application.router.add_get(f"/page/{name}", _file(_FOLDER / name, kind))

    async def _page(self, request: web.Request) -> web.Response:
        part = "main" if request.query.get("part") == "main" else "page"
        newest = self._newest()
        headers = dict(_HEADERS)
        if newest is not None:
            headers["X-Host-Time"] = f"{newest.at + newest.age:.3f}"
        else:
            headers["Retry-After"] = "2"
        # Those who ask meanwhile wait for the one that renders, and then get the same.
        async with self._rendering:
            key = self._version(newest)
            if key != self._key:
                self._parts = await asyncio.to_thread(self._render, newest)
                self._key = key
            body = self._parts[part]
        status = 503 if newest is None else 200
        return web.Response(body=body, status=status, content_type="text/html", charset="utf-8", headers=headers)

    def _version(self, newest: Snapshot | None) -> object:
        """What the page depends on: while it is the same, so is the page."""
        if newest is None:
            return "none"
        return newest.observation.tick, str(self._journal.end()), newest.age // _STALE_FOR if newest.stale else None

    def _render(self, newest: Snapshot | None) -> dict[str, bytes]:
        self.rendered += 1
        values: dict[str, Any] = {"view": None, "title": _NAME}
        if newest is not None:
            self._history.follow()
            # Ages are those at the look while it is fresh, so that one rendering serves all who ask until the next.
            now = newest.at + (newest.age if newest.stale else 0.0)
            # What is old is shown as what it was, and marked as such.
            shown = view(replace(newest, stale=False), self._history, now, newest.stale)
            values = {"view": shown, "title": f"{shown['headline']['text']} - {_NAME}"}
        main = self._templates.get_template("main.html.j2").render(values)
        page = self._templates.get_template("page.html.j2").render(title=values["title"], main=Markup(main))
        # JSON may name half a character, which cannot be written.
        return {"main": main.encode("utf-8", "replace"), "page": page.encode("utf-8", "replace")}


def _file(path: Path, kind: str) -> Callable[[web.Request], Any]:
    body = path.read_bytes()

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=_HEADERS)

    return answer
