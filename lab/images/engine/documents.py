# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documents of the engine's API."""

from __future__ import annotations

import time

from sessions import Session

VERSION = {"code": 3021100, "platform": "linux", "version": "3.2.11", "websocket_port": 43879}
#: Bytes of one segment of a playlist; whole packets.
SEGMENT = 188 * 1000
_LISTED = 5  # segments in a playlist


def started(session: Session, host: str, kind: str) -> dict[str, object]:
    """The answer to a stream that was asked for; ``kind`` is ``r`` (stream) or ``m`` (playlist)."""
    infohash, name = session.feed.infohash, session.name
    ending = ".m3u8" if kind == "m" else ""
    return {
        "response": {
            "playback_url": f"http://{host}/ace/{kind}/{infohash}/{name}{ending}",
            "stat_url": f"http://{host}/ace/stat/{infohash}/{name}",
            "command_url": f"http://{host}/ace/cmd/{infohash}/{name}",
            "infohash": infohash,
            "playback_session_id": name,
            "is_live": 1,
            "is_encrypted": 0,
            "client_session_id": -1,
        },
        "error": None,
    }


def stat(session: Session) -> dict[str, object]:
    """How a stream is: ``dl`` while bytes come, ``prebuf`` while none do. Speeds in KB/s."""
    feed, speed = session.feed, session.feed.speed
    now, began = str(int(time.time())), str(int(feed.started))
    return {
        "response": {
            "status": "dl" if speed else "prebuf",
            "peers": feed.peers,
            "speed_down": speed,
            "speed_up": 0,
            "downloaded": feed.total,
            "uploaded": 0,
            "total_progress": 0,
            "playback_session_id": session.name,
            "infohash": feed.infohash,
            "is_live": 1,
            "is_encrypted": 0,
            "client_session_id": -1,
            "livepos": {
                "pos": now,
                "is_live": "1",
                "buffer_pieces": "15",
                "last": now,
                "live_first": began,
                "live_last": now,
                "first_ts": began,
                "last_ts": now,
            },
        },
        "error": None,
    }


def content(infohash: str) -> dict[str, object]:
    """What is said about a content."""
    return {
        "result": {
            "is_live": 1,
            "content_type": "transport_file",
            "transport_type": "bt",
            "title": f"Lab {infohash[:8]}",
            "infohash": infohash,
            "categories": [],
        }
    }


def playlist(session: Session) -> str:
    """The segments that are complete, the last few of them."""
    feed = session.feed
    complete = feed.total // SEGMENT
    first = max(-(-feed.oldest // SEGMENT), complete - _LISTED, 0)
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:2", f"#EXT-X-MEDIA-SEQUENCE:{first}"]
    for number in range(first, complete):
        lines += ["#EXTINF:1.5,", f"/ace/c/{feed.infohash}/{number}.ts?session={session.name}"]
    return "\n".join(lines) + "\n"
