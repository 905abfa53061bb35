# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page over HTTP, from a site in this process: its answers, its policy, its cost."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest
from acestream_vpn_exporter.web import Site
from aiohttp import encode_basic_auth
from aiohttp.test_utils import TestClient, TestServer
from ansible_collections.acestream.vpn.tests.unit.plugins.module_utils.small_world import engine, gluetun

from tests.plain.exporter.worlds import one_vpn, snapshot, two_vpns

FILES = ("/page/page.css", "/page/page.js", "/page/icon.svg")


def ask(folder, work, token=None, interval=5.0):
    """Run a coroutine function with a client and the site."""

    async def run():
        site = Site(str(folder), ["one", "two"], interval, token, lambda: None)
        async with TestClient(TestServer(site.application())) as client:
            return await work(client, site)

    return asyncio.run(run())


def test_before_the_first_look_there_is_a_page_that_says_so(tmp_path):
    async def work(client, site):
        answer = await client.get("/")
        text = await answer.text()
        assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
        assert "No look has been completed yet" in text
        assert '<main id="main"' in text, "the script has something to put the first look into"
        site.looked(one_vpn())
        assert (await client.get("/")).status == 200

    ask(tmp_path, work)


def test_the_part_is_the_page_s_main_and_nothing_comes_from_elsewhere(tmp_path):
    async def work(client, site):
        site.looked(two_vpns())
        answer = await client.get("/")
        page, part = await answer.text(), await (await client.get("/?part=main")).text()
        assert part.strip().startswith("<main ")
        assert part in page
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<style|<script(?! src=\"page/)|style=|\bon\w+=|https?://", page)
        assert answer.headers["Cache-Control"] == "no-store"
        assert float(answer.headers["X-Host-Time"]) >= site._snapshot.at
        for path in FILES:
            answer = await client.get(path)
            text = await answer.text()
            assert (answer.status, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
            assert path.removeprefix("/") in page or path == "/page/icon.svg"
            assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|@import|url\(", text)
        assert (await client.get("/page/page.html.j2")).status == 404

    ask(tmp_path, work)


def test_two_hundred_clients_cost_one_rendering_for_each_look(tmp_path):
    async def work(client, site):
        assert site.page.rendered == 0
        for number in (1, 2):
            site.looked(two_vpns(looks=number))
            assert site.page.rendered == number - 1, "nobody asked"
            answers = await asyncio.gather(*(client.get(path) for path in ("/", "/?part=main") for _n in range(100)))
            assert {answer.status for answer in answers} == {200}
            assert site.page.rendered == number

    ask(tmp_path, work)


def test_a_new_line_of_the_journal_is_on_the_page_at_once(tmp_path):
    async def work(client, site):
        site.looked(one_vpn())
        assert "Something new" not in await (await client.get("/")).text()
        line = '{"at": 1767225600.0, "kind": "reset", "level": "WARN", "message": "Something new"}\n'
        (tmp_path / "journal.jsonl").write_text(line, encoding="utf-8")
        assert "Something new" in await (await client.get("/")).text()

    ask(tmp_path, work)


def test_looks_that_do_not_come_any_more_are_said(tmp_path):
    async def work(client, site):
        site.looked(one_vpn())
        assert "All is well" in await (await client.get("/")).text()
        for _try in range(200):
            # A look that fails leaves what was known, and it grows old.
            site.looked(None)
            text = await (await client.get("/")).text()
            if "No look for" in text:
                break
            await asyncio.sleep(0.02)
        assert "No look for" in text
        assert "All is well" not in text

    ask(tmp_path, work, interval=0.02)


@pytest.mark.parametrize("path", ["/", "/?part=main", "/events", "/engines", *FILES])
def test_a_browser_is_asked_for_the_token_and_a_program_is_told(tmp_path, path):
    async def work(client, site):
        site.looked(one_vpn())
        refused = await client.get(path)
        assert refused.status == 401
        challenges = refused.headers.getall("WWW-Authenticate")
        assert [challenge.split()[0] for challenge in challenges] == ["Bearer", "Basic"]
        wrong = {"Authorization": encode_basic_auth("anybody", "wrong")}
        assert (await client.get(path, headers=wrong)).status == 401
        assert (await client.get(path + ("&" if "?" in path else "?") + "token=s3cret")).status == 401
        for right in (encode_basic_auth("anybody", "s3cret"), "Bearer s3cret"):
            answer = await client.get(path, headers={"Authorization": right})
            assert answer.status == 200
            if path != "/events":
                assert "s3cret" not in await answer.text()
            answer.close()

    ask(tmp_path, work, token="s3cret")


def test_the_page_stays_small_with_two_hundred_engines(tmp_path):
    """What a phone fetches every ten seconds."""
    engines = [
        engine(f"acestream-{number}", ("one", "two")[number % 2], 19000 + number, streams=1) for number in range(200)
    ]
    large = snapshot([gluetun("one"), gluetun("two")], engines)
    hidden = snapshot([gluetun("one"), gluetun("two")], [replace(item, api="failed") for item in engines])

    async def work(client, site):
        for now in (large, hidden):
            site.looked(now)
            assert len(await (await client.get("/")).read()) < 150_000

    ask(tmp_path, work)
