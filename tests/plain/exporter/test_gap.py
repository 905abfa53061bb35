# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client of the events that could not be told of everything is told so."""

from __future__ import annotations

import asyncio
import json

from acestream_vpn_exporter.web import Site
from aiohttp.test_utils import TestClient, TestServer


def test_a_journal_that_was_set_aside_twice_before_anybody_looked_is_a_gap(tmp_path):
    path = tmp_path / "journal.jsonl"

    def write(number: int) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": "engines_shown", "number": number}) + "\n")

    async def follow() -> bytes:
        site = Site(str(tmp_path), ["one"], 5.0, None, lambda: None)
        async with TestClient(TestServer(site.application())) as client:
            stream = await client.get("/events")
            await stream.content.readuntil(b"event: hello\ndata: {}\n\n")
            # Nothing is awaited in between, so that the site sees the end of it alone.
            for number in (2, 3):
                path.rename(tmp_path / "journal.jsonl.1")
                write(number)
            return await asyncio.wait_for(stream.content.readuntil(b'"number": 3}\n\n'), 30)

    write(1)
    told = asyncio.run(follow()).decode()
    assert told.count("event: gap") == 1
    assert told.index("event: gap") < told.index("event: transition")
    assert '"number": 2' not in told
