# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Engines stream real bytes that came through the tunnel, and serve the API of real ones."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from lab import checks
from lab.client import Player
from lab.running import RunningLab
from lab.wait import wait_for

pytestmark = pytest.mark.lab
CONTENT = "e" * 40
SOON = 30.0  # seconds


class Unfollowed(urllib.request.HTTPRedirectHandler):
    """Shows a redirect instead of following it."""

    def redirect_request(self, *_arguments: object) -> None:
        return None


def base(lab: RunningLab, number: int = 1) -> str:
    """An engine's address as the host publishes it."""
    return f"http://127.0.0.1:{lab.lab.engines[number - 1].host_port}"


def document(url: str) -> Any:
    status, body = checks.get(url, seconds=10)
    assert status == 200, body
    return json.loads(body)


def start(lab: RunningLab, **query: str) -> dict[str, Any]:
    words = "&".join(f"{name}={value}" for name, value in {"id": CONTENT, "format": "json", **query}.items())
    return document(f"{base(lab)}/ace/getstream?{words}")


def redirect(url: str) -> str:
    opener = urllib.request.build_opener(Unfollowed)
    with pytest.raises(urllib.error.HTTPError) as caught:
        opener.open(url, timeout=10)
    assert caught.value.code == 302
    return caught.value.headers["Location"]


def test_the_api_answers_as_a_real_engine(lab: RunningLab) -> None:
    engine = base(lab)
    version = document(f"{engine}/webui/api/service?method=get_version")
    assert version["error"] is None
    assert version["result"]["platform"] == "linux"
    status = document(f"{engine}/server/api?api_version=3&method=get_status")
    assert status["result"]["playlist_loaded"] is True
    assert status["result"]["version"]["version"] == version["result"]["version"]
    content = document(f"{engine}/server/api?api_version=3&method=analyze_content&query=acestream:?infohash={CONTENT}")
    assert content["result"]["infohash"] == CONTENT


def test_a_session_from_start_to_stop(lab: RunningLab) -> None:
    found = start(lab)["response"]
    assert redirect(found["playback_url"]).startswith(f"/content/{found['infohash']}/")
    stat = document(found["stat_url"])["response"]
    assert stat["playback_session_id"] == found["playback_session_id"]
    assert all(isinstance(value, str) for value in stat["livepos"].values())
    assert wait_for(lambda: document(found["stat_url"])["response"]["status"] == "dl", SOON)
    assert document(found["command_url"] + "?method=stop") == {"response": "ok", "error": None}
    assert document(found["stat_url"]) == {"response": None, "error": "unknown playback session id"}


@pytest.mark.parametrize("query", [{"id": "nonsense"}, {"infohash": "0" * 40, "id": ""}])
def test_what_cannot_be_loaded_is_an_error_with_status_200(lab: RunningLab, query: dict[str, str]) -> None:
    assert start(lab, **query) == {"response": None, "error": "failed to load content"}


def test_without_format_json_the_answer_is_a_redirect(lab: RunningLab) -> None:
    assert "/ace/r/" in redirect(f"{base(lab)}/ace/getstream?id={CONTENT}")


def test_a_playlist_and_its_segments_are_one_stream(lab: RunningLab) -> None:
    found = document(f"{base(lab)}/ace/manifest.m3u8?id={CONTENT}&format=json")["response"]
    lines = checks.get(found["playback_url"], seconds=15)[1].splitlines()
    assert lines[0] == "#EXTM3U"
    segment = next(line for line in lines if not line.startswith("#"))
    with urllib.request.urlopen(base(lab) + segment, timeout=15) as response:
        data = response.read()
    assert response.headers["Content-Type"] == "video/mp2t"
    assert len(data) % 188 == 0
    assert {data[at] for at in range(0, len(data), 188)} == {0x47}
    document(found["command_url"] + "?method=stop")


def test_bytes_flow_in_whole_packets(lab: RunningLab) -> None:
    with Player(base(lab)) as player:
        assert wait_for(lambda: player.count.bytes > 400_000, SOON)
    assert (player.count.lost_sync, player.count.disconnects) == (0, 0)


def test_bytes_come_through_the_tunnel(lab: RunningLab) -> None:
    """What the interface counts grows by what the player gets."""
    gluetun = lab.container(lab.lab.vpns[0].gluetun)

    def through() -> int:
        return int(gluetun.exec_run("cat /sys/class/net/tun0/statistics/rx_bytes").output)

    before = through()
    with Player(base(lab)) as player:
        assert wait_for(lambda: player.count.bytes > 500_000, SOON)
    assert through() - before > player.count.bytes


def test_a_stream_outlives_silence_of_the_provider(lab: RunningLab) -> None:
    """The client's connection stays open; bytes stop, and come again without a new start."""
    with Player(base(lab)) as player:
        assert wait_for(lambda: player.count.bytes > 200_000, SOON)
        lab.fault("provider-silent")
        assert wait_for(lambda: player.silent > 6, SOON)
        before = player.count.bytes
        lab.fault("provider-back")
        assert wait_for(lambda: player.count.bytes > before, SOON)
    assert (player.count.starts, player.count.disconnects, player.count.lost_sync) == (1, 0, 0)
    assert player.count.longest_gap > 5


def test_a_stream_outlives_a_cycled_tunnel(lab: RunningLab) -> None:
    """Its own connection to the swarm dies with the interface, and is made anew."""
    with Player(base(lab)) as player:
        assert wait_for(lambda: player.count.bytes > 200_000, SOON)
        lab.fault("tunnel-kill")
        assert wait_for(lambda: player.silent > 6, SOON)
        before = player.count.bytes
        assert wait_for(lambda: player.count.bytes > before, 60)
    assert (player.count.starts, player.count.disconnects) == (1, 0)


def test_a_stream_does_not_outlive_its_engine(lab: RunningLab) -> None:
    with Player(base(lab, 2)) as player:
        assert wait_for(lambda: player.count.bytes > 200_000, SOON)
        lab.fault("engine-kill", number=2)
        assert wait_for(lambda: player.ended, SOON)
    assert player.count.disconnects == 1
