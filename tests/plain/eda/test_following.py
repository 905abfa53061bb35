# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source against the exporter's real HTTP side: breaks, hangs, refusals. It goes on by itself."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import time
from contextlib import asynccontextmanager, suppress

import pytest
from acestream_vpn_exporter import web as exporter_web

from lab.monitoring import free_port
from tests.plain.eda.plugin import SOURCE, load
from tests.plain.eda.sites import HEAD, exporter, note, raw

gluetun = load(SOURCE)
HELLO = HEAD + b"id: 1-1\nevent: hello\ndata: {}\n\n"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """The exporter's comment comes each 0.2 s instead of each 15 s, so that silence is told soon."""
    monkeypatch.setattr(exporter_web, "_HEARTBEAT", 0.2)
    monkeypatch.setattr(exporter_web, "_JOURNAL_POLL", 0.02)


class Seen(asyncio.Queue):
    """A queue like ansible-rulebook's: it takes one event at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict] = []

    async def put(self, event) -> None:
        self.events.append(event["acestream"])

    def kinds(self) -> list[str]:
        return [event["kind"] for event in self.events]


@asynccontextmanager
async def following(url, **options):
    """The source over one exporter; what it has raised so far."""
    seen = Seen()
    own = {name: options.pop(name) for name in ("token", "token_file", "vpns") if name in options}
    values = {"lost_after": 1.0, "read_timeout": 1.0, "backoff_max": 1.0, "heartbeat_every": 0, "recheck_every": 0}
    entry = {"host": "mediaserver", "url": url, **own}
    task = asyncio.create_task(gluetun.main(seen, {"exporters": [entry], **values, **options}))
    try:
        yield seen
        assert not task.done(), "it goes on"
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition, what, timeout=20.0):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout} s: {what}"
        await asyncio.sleep(0.02)


def test_transitions_arrive_with_the_host_of_the_configuration(tmp_path):
    async def play():
        async with exporter(tmp_path, port := free_port()) as url, following(url) as seen:
            await until(lambda: seen.kinds() == ["exporter_followed"], "the first contact")
            note(tmp_path, "gluetun_unhealthy", 1.0)
            note(tmp_path, "engine_recreating", 2.0, engine="acestream-1")
            note(tmp_path, "memory_set_aside", 3.0, vpn=None)
            note(tmp_path, "gluetun_unhealthy", 1.0)
            await until(lambda: len(seen.events) == 4, "the transitions")
            assert port
        return seen.events

    _first, lost, recreating, host_wide = asyncio.run(play())
    expected = {"host": "mediaserver", "vpn": "gluetun", "kind": "gluetun_unhealthy", "level": "WARN", "at": 1.0}
    assert lost == {**expected, "engine": ""}, "no sentence, and once although it was written twice"
    assert (recreating["engine"], host_wide["vpn"]) == ("acestream-1", "")


def test_after_a_restart_of_the_exporter_it_resumes_with_one_lost_and_one_found(tmp_path):
    async def play():
        port = free_port()
        async with following(f"http://127.0.0.1:{port}") as seen:
            async with exporter(tmp_path, port):
                note(tmp_path, "gluetun_unhealthy", 1.0)
                await until(lambda: seen.kinds().count("exporter_followed") == 1, "followed")
                note(tmp_path, "gluetun_healthy", 2.0)
                await until(lambda: "gluetun_healthy" in seen.kinds(), "a transition")
            note(tmp_path, "gluetun_stopped", 3.0)
            await until(lambda: "exporter_lost" in seen.kinds(), "lost")
            await asyncio.sleep(1.5)  # Several attempts fail meanwhile: no other event may come of them.
            async with exporter(tmp_path, port):
                note(tmp_path, "gluetun_restarted", 4.0)
                await until(lambda: "gluetun_restarted" in seen.kinds(), "what came afterwards")
        return seen.kinds()

    kinds = asyncio.run(play())
    assert [kinds.count(kind) for kind in ("exporter_lost", "exporter_found", "exporter_followed")] == [1, 1, 1]
    assert kinds.count("gluetun_stopped") == 1, "what was missed comes, once"
    assert kinds.index("exporter_lost") < kinds.index("exporter_found") < kinds.index("gluetun_stopped")


def test_a_short_break_is_no_loss_and_a_journal_that_is_gone_is_told(tmp_path):
    async def play():
        port = free_port()
        async with following(f"http://127.0.0.1:{port}", lost_after=20.0) as seen:
            async with exporter(tmp_path, port):
                await until(lambda: seen.kinds(), "followed")
                note(tmp_path, "gluetun_unhealthy", 1.0)
                await until(lambda: "gluetun_unhealthy" in seen.kinds(), "a transition")
            shutil.rmtree(tmp_path)
            tmp_path.mkdir()
            # A journal of other files, so that the id is of one that is gone.
            (tmp_path / "other").write_text("keeps the number of the old journal from being given again")
            note(tmp_path, "gluetun_stopped", 2.0)
            async with exporter(tmp_path, port):
                await until(lambda: "events_missed" in seen.kinds(), "told that some were missed")
        return seen.kinds()

    kinds = asyncio.run(play())
    assert "exporter_lost" not in kinds
    assert kinds.count("events_missed") == 1


@pytest.mark.parametrize(
    ("first", "drip"),
    [(b"", b""), (HELLO, b""), (HELLO + b"id: 1-2\nevent: transition\ndata: {", b""), (HELLO, b"x")],
    ids=["accepts and says nothing", "falls silent", "half an event", "drips without end"],
)
def test_an_exporter_that_hangs_is_lost_once_and_found_once(tmp_path, first, drip):
    async def play():
        port = free_port()
        async with following(f"http://127.0.0.1:{port}", lost_after=2.0) as seen:
            async with raw(port, HELLO, then_close=True):
                await until(lambda: seen.kinds(), "followed")
            async with raw(port, first, drip) as asked:
                if not first:
                    await until(lambda: "exporter_lost" in seen.kinds(), "lost")
                else:
                    # Each attempt brings a hello: contact is had again and again, and is never lost for long.
                    await until(lambda: len(asked) >= 3, "it gives up the silent connection and tries again")
                assert len(asked) < 20, "with pauses"
            await until(lambda: "exporter_lost" in seen.kinds(), "lost while nothing is there")
            async with exporter(tmp_path, port):
                await until(lambda: "exporter_found" in seen.kinds(), "found")
        return seen.kinds()

    kinds = asyncio.run(play())
    assert (kinds.count("exporter_lost"), kinds.count("exporter_found")) == (1, 1)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{other}/events\r\nContent-Length: 0\r\n\r\n", "redirect"),
        (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", "token"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi", "no exporter"),
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "500"),
        (b"nonsense\r\n\r\n", "HTTP"),
    ],
    ids=["redirect", "refused", "another program", "error", "no HTTP"],
)
def test_answers_that_are_no_events_are_said_once_and_tried_again(answer, said, caplog):
    async def play():
        port, other = free_port(), free_port()
        first = answer.replace(b"{other}", str(other).encode())
        async with raw(other, HELLO) as elsewhere, raw(port, first, then_close=True) as asked:
            async with following(f"http://127.0.0.1:{port}", token="secret-token") as seen:
                await until(lambda: len(asked) >= 3, "tried again")
                await until(lambda: "exporter_lost" in seen.kinds(), "lost")
            assert elsewhere == [], "no redirect is followed"
            assert all(b"Bearer secret-token" in request for request in asked)

    with caplog.at_level(logging.INFO):
        asyncio.run(play())
    complaints = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(complaints) == 1
    assert said in complaints[0]
    assert "secret-token" not in caplog.text


def test_the_token_file_is_read_anew_and_the_exporter_s_guard_is_passed(tmp_path):
    token = tmp_path / "token"
    token.write_text("old\n")
    token.chmod(0o600)
    folder = tmp_path / "state"
    folder.mkdir()

    async def play():
        async with (
            exporter(folder, free_port(), token="new") as url,
            following(url, token_file=str(token)) as seen,
        ):
            await until(lambda: "exporter_lost" in seen.kinds(), "refused")
            token.write_text("new\n")
            await until(lambda: "exporter_found" in seen.kinds(), "let in")

    asyncio.run(play())


def test_the_first_recheck_comes_soon_after_each_transition_however_rare_the_others_are(tmp_path, monkeypatch):
    monkeypatch.setattr(gluetun, "SOON", 0.3)

    async def play():
        async with exporter(tmp_path, free_port()) as url, following(url, recheck_every=3600.0) as seen:
            await until(lambda: "exporter_followed" in seen.kinds(), "it is followed")
            for number in (1, 2):
                note(tmp_path, "gluetun_restarted", float(number))
                await until(lambda number=number: seen.kinds().count("recheck") == number, "one for each")

    asyncio.run(play())


def test_a_host_is_rechecked_while_its_vpn_is_not_healthy_and_no_longer(tmp_path):
    async def play():
        async with (
            exporter(tmp_path, free_port()) as url,
            following(url, recheck_every=0.2, recheck_for=0.5, heartbeat_every=0.3) as seen,
        ):
            await until(lambda: "heartbeat" in seen.kinds(), "a heartbeat")
            assert "recheck" not in seen.kinds(), "nothing happened so far"
            note(tmp_path, "gluetun_unhealthy", 1.0)
            await until(lambda: seen.kinds().count("recheck") >= 6, "as long as it takes")
            note(tmp_path, "gluetun_healthy", 2.0)
            await until(lambda: "gluetun_healthy" in seen.kinds(), "healthy")

            def quiet():
                return seen.kinds()[-4:] == ["heartbeat"] * 4

            await until(quiet, "no more rechecks")
            return seen.events

    events = asyncio.run(play())
    (beat, *_others) = [event for event in events if event["kind"] == "heartbeat"]
    assert (beat["host"], beat["exporters"], beat["connected"], beat["lost"]) == ("", 1, 1, 0)


def test_events_of_other_vpns_are_left_out(tmp_path):
    async def play():
        async with exporter(tmp_path, free_port()) as url, following(url, vpns=["gluetun"]) as seen:
            await until(lambda: seen.kinds(), "followed")
            for number in range(100):
                note(tmp_path, "gluetun_unhealthy", 1.0, vpn=f"other{number}")
            note(tmp_path, "gluetun_unhealthy", 1.0)
            await until(lambda: len(seen.events) > 1, "its own")
            return [event["vpn"] for event in seen.events]

    assert asyncio.run(play()) == ["", "gluetun"]


def test_a_consumer_that_stands_still_gets_the_newest_of_each_vpn(tmp_path):
    async def play():
        go_on = asyncio.Event()

        class Slow(Seen):
            async def put(self, event):
                await go_on.wait()
                await super().put(event)

        seen = Slow()
        async with exporter(tmp_path, free_port()) as url:
            args = {"exporters": [{"host": "h", "url": url}], "heartbeat_every": 0, "recheck_every": 0}
            task = asyncio.create_task(gluetun.main(seen, args))
            note(tmp_path, "gluetun_healthy", 0.0)
            await asyncio.sleep(0.3)
            for number in range(1, 3001):
                note(
                    tmp_path, ("gluetun_unhealthy", "gluetun_healthy")[number % 2], float(number), vpn=f"v{number % 3}"
                )
            note(tmp_path, "port_lost", 9999.0, vpn="last")
            # The exporter has been read to the end once this one could be taken.
            await asyncio.sleep(1)
            go_on.set()
            await until(lambda: seen.events and seen.events[-1]["vpn"] == "last", "all that was kept")
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        return seen.events

    events = asyncio.run(play())
    assert len(events) < 64
    newest = {event["vpn"]: event["at"] for event in events}
    assert [newest[f"v{rest}"] for rest in range(3)] == [3000.0, 2998.0, 2999.0]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"url": "ftp://x"}, "http://"),
        ({"url": "http://user:pass@x:1"}, "token_file"),
        ({"url": "http://x:1/path"}, "/events"),
        ({"url": "http://x:99999"}, "http://"),
        ({"host": "all"}, "one host"),
        ({"host": "a:b"}, "one host"),
        ({"host": "{{ x }}"}, "one host"),
        ({"host": None}, "host"),
        ({"unknown": 1}, "not an option"),
        ({"token": "a", "token_file": "b"}, "not both"),
        ({"token": "a\r\nb: c"}, "one word"),
        ({"token_file": "/nowhere/token"}, "cannot be read"),
        ({"ca_file": "/nowhere/ca.pem"}, "ca_file"),
        ({"verify": "no"}, "verify"),
        ({"vpns": ["a b"]}, "container"),
    ],
)
def test_options_that_cannot_be_used_are_refused_with_what_to_do(entry, said):
    with pytest.raises(gluetun.OptionError, match=said):
        gluetun.parse_options({"exporters": [{"host": "h", "url": "http://x:1", **entry}]})


def test_other_options_are_checked_too(tmp_path):
    good = {"host": "h", "url": "http://x:1"}
    for args, said in (
        ({}, "at least one"),
        ({"exporters": [good, good]}, "twice"),
        ({"exporters": [good], "lost_after": "60"}, "number of seconds"),
        ({"exporters": [good], "read_timeout": 0}, "at least 1"),
        ({"exporters": [good], "exporter": 1}, "not an option"),
    ):
        with pytest.raises(gluetun.OptionError, match=said):
            gluetun.parse_options(args)
    token = tmp_path / "token"
    token.write_text("x")
    token.chmod(0o644)
    with pytest.raises(gluetun.OptionError, match=f"chmod 600 {token}"):
        gluetun.parse_options({"exporters": [{**good, "token_file": str(token)}]})
    token.chmod(0o600)
    token.write_text("")
    with pytest.raises(gluetun.OptionError, match="is empty"):
        gluetun.parse_options({"exporters": [{**good, "token_file": str(token)}]})
    assert os.path.exists(token)
