# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real ansible-rulebook with the rulebook watch, over the exporter's real HTTP side and a real journal."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager

from lab.monitoring import free_port
from lab.rulebook import Rulebook
from tests.plain.eda.recorder import Recorder
from tests.plain.eda.sites import exporter, note


@contextmanager
def serving(folder, port, token=None):
    """The exporter's site in a thread of its own."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    ended = asyncio.Event()

    async def serve():
        async with exporter(folder, port, token):
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(60), "a busy machine has it started by now"
    try:
        yield
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)
        loop.close()


def test_what_needs_a_run_starts_one_for_that_host_alone(tmp_path):
    recorder = Recorder(tmp_path, ["mediaserver", "attic"])
    token, state, port = tmp_path / "token", tmp_path / "state", free_port()
    state.mkdir()
    token.write_text("a-token-of-this-test\n", encoding="utf-8")
    token.chmod(0o600)
    exporters = [{"host": "mediaserver", "url": f"http://127.0.0.1:{port}", "token_file": str(token)}]
    variables = {"acestream_exporters": exporters, "acestream_lost_after": 10, "acestream_recheck_every": 0}

    def started(kind):
        return [run for run in recorder.runs() if run["eda"]["event"]["acestream"]["kind"] == kind]

    with Rulebook("acestream.vpn.watch", tmp_path, variables, recorder.inventory, recorder.collections) as running:
        with serving(state, port, "a-token-of-this-test"):
            running.until(lambda: started("exporter_followed"), "one run at the start, whatever was before")
            # What a run writes itself, and what no run can mend.
            for number, kind in enumerate(("engines_restarting", "engines_shown", "gluetun_latched", "engines_hidden")):
                note(state, kind, float(number))
            for number in range(20):
                note(state, "gluetun_unhealthy", 10.0 + number)
            note(state, "gluetun_stopped", 40.0, vpn="gluetun2")
            running.until(lambda: started("gluetun_unhealthy") and started("gluetun_stopped"), "a run for each")
        running.until(lambda: "exporter of mediaserver is lost" in running.output, "lost is said")
        note(state, "gluetun_healthy", 50.0)
        with serving(state, port, "a-token-of-this-test"):
            running.until(lambda: started("gluetun_healthy"), "what was missed starts a run")
            running.until(lambda: "exporter of mediaserver is found again" in running.output, "found is said")
    runs = recorder.runs()
    kinds = [run["eda"]["event"]["acestream"]["kind"] for run in runs]
    assert sorted(kinds) == ["exporter_followed", "gluetun_healthy", "gluetun_stopped", "gluetun_unhealthy"], (
        "once each"
    )
    assert {(run["host"], run["limit"], run["trigger"]) for run in runs} == {("mediaserver", "mediaserver", "event")}
    assert running.output.count("is lost: nothing") == 1
    assert running.output.count("is found again") == 2, "by the source's log and by the rule"
    assert "a-token-of-this-test" not in running.output
    assert "lookup(" not in running.output


def test_options_that_cannot_be_used_end_it_with_what_to_do(tmp_path):
    recorder = Recorder(tmp_path, ["mediaserver"])
    variables = {"acestream_exporters": [{"host": "all", "url": "http://127.0.0.1:9811"}]}
    with Rulebook("acestream.vpn.watch", tmp_path, variables, recorder.inventory, recorder.collections) as running:
        assert running.process.wait(90) == 1
        running.stop()
    assert "exporters[0].host is 'all': give one host's name in the inventory" in running.output
