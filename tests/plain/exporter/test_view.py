# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the page says of a world, in words; and that others' words stay words."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser

from acestream_vpn_exporter.history import History
from acestream_vpn_exporter.journal import Journal
from acestream_vpn_exporter.page import Page
from acestream_vpn_exporter.view import view
from acestream_vpn_exporter.words import duration, listed
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Maintenance
from ansible_collections.acestream.vpn.tests.unit.plugins.module_utils.small_world import engine, gluetun
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plain.exporter.worlds import NOW, one_vpn, snapshot, two_vpns

SILENT = {"egress": "failed"}


def history(folder, *lines):
    path = folder / "journal.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    found = History(Journal(str(folder)))
    found.follow()
    return found


def seen(shot, folder, *lines, stale=False, later=0.0):
    return view(shot, history(folder, *lines), shot.at + later, stale)


def test_all_is_well_in_words(tmp_path):
    said = seen(two_vpns(), tmp_path)
    assert said["headline"] == {
        "tone": "good",
        "text": "All is well",
        "more": "All VPNs are healthy, and all engines are available.",
    }
    (one, _two) = said["vpns"]
    assert (one["state"], one["connection"], one["public_ip"], one["country"], one["port"], one["engines"]) == (
        "Healthy",
        "Connected",
        "203.0.113.7",
        "Labland",
        45001,
        "1 of 1 available",
    )
    assert one["next"] == []
    assert said["streams"] == [{"engine": "b", "vpn": "two", "count": 1, "ids": ["b/1"]}]


def test_an_outage_says_where_new_streams_go_and_what_comes_next(tmp_path):
    now = two_vpns(SILENT, looks=4)
    said = seen(now, tmp_path)
    assert said["headline"] == {"tone": "bad", "text": "one is unhealthy", "more": "New streams go to two."}
    (one, _two) = said["vpns"]
    assert (one["tone"], one["connection"]) == ("bad", "Not connected")
    assert [(item["due"], item["text"]) for item in one["next"]] == [
        (False, "cycle the tunnel"),
        (False, "restart the container"),
    ]
    assert one["next"][1]["at"]["ahead"] == duration(one["outage"]["at"] + 60 - now.at)
    (row,) = said["engines"][0]["rows"]
    assert (row["tone"], row["state"], row["reason"]) == ("bad", "Hidden", "its VPN is not healthy")
    late = seen(two_vpns(SILENT, looks=9), tmp_path)["vpns"][0]
    assert late["next"][0]["due"]
    assert "cycle" in late["next"][0]["text"]


def test_both_down_and_one_down_beside_one_that_nobody_knows(tmp_path):
    silent = [gluetun("one", **SILENT), gluetun("two", **SILENT)]
    assert seen(snapshot(silent, [], looks=4), tmp_path)["headline"]["text"] == "No VPN works"
    unknown = [gluetun("one", **SILENT), gluetun("two", egress="unknown", dns="unknown")]
    said = seen(snapshot(unknown, [], looks=4), tmp_path)
    assert said["headline"] == {"tone": "bad", "text": "one is unhealthy", "more": "No other is known to work."}
    assert [vpn["tone"] for vpn in said["vpns"]] == ["bad", "unsure"]


def test_what_is_not_known_is_gray_and_never_down(tmp_path):
    said = seen(one_vpn(egress="unknown", dns="unknown", api="timeout", tunnel_status=None), tmp_path)
    assert (said["headline"]["tone"], said["headline"]["text"]) == ("unsure", "gluetun is unknown")
    (vpn,) = said["vpns"]
    assert (vpn["tone"], vpn["state"], vpn["connection"]) == ("unsure", "Unknown", "Not known")
    assert {row["tone"] for row in said["engines"][0]["rows"]} == {"unsure"}


def test_a_look_that_is_old_is_not_taken_for_the_present(tmp_path):
    long_ago = {"at": NOW - 90_000, "kind": "gluetun_healthy", "vpn": "one", "data": {}}
    said = seen(two_vpns(), tmp_path, long_ago, stale=True, later=42)
    assert (said["headline"]["tone"], said["headline"]["text"]) == ("unsure", "No look for 42 s")
    assert {vpn["state"] for vpn in said["vpns"]} == {"Unknown"}
    assert "it was healthy" in said["vpns"][0]["why"]
    assert {row["state"] for group in said["engines"] for row in group["rows"]} == {"Unknown"}
    assert {number["value"] for number in said["numbers"]} == {"?"}
    shapes = {path["kind"]: path["d"] for path in said["vpns"][0]["outages"]["paths"]}
    assert shapes == {"up": "M0,7h1439.3v10h-1439.3z", "unknown": "M1439.3,7h0.7v10h-0.7z"}


def test_a_port_that_is_missing_is_not_available_and_one_that_nobody_knows_is_not_known(tmp_path):
    def port(**changes):
        (vpn,) = seen(one_vpn(**changes), tmp_path)["vpns"]
        return vpn["port"], vpn["port_known"]

    assert port(forwarded_port=0) == (None, True)
    assert port(forwarded_port=None) == (None, False)


def test_engines_have_their_state_in_words_and_the_forwarded_one_is_marked(tmp_path):
    stopped = engine("b", port=2)
    stopped = replace(stopped, container=replace(stopped.container, state="exited", error="no"), connected=None)
    engines = [engine("a", port=3, forwarded=True, streams=None), stopped, engine("c", port=1, api="failed")]
    said = seen(snapshot([gluetun()], engines), tmp_path)
    rows = [(row["name"], row["state"], row["forwarded"], row["streams"]) for row in said["engines"][0]["rows"]]
    assert rows == [("c", "Hidden", False, 0), ("b", "Stopped", False, 0), ("a", "Available", True, None)]
    assert said["headline"]["text"] == "2 engines are not available"
    assert said["numbers"][2]["value"] == "0 or more"


def test_latch_and_maintenance_are_said(tmp_path):
    now = two_vpns(SILENT, looks=4)
    one = replace(now.memory.gluetuns["one"], latched_since=NOW)
    order = Maintenance(NOW + 3600, "new cable", NOW, "boot", NOW + 3600)
    memory = replace(now.memory, gluetuns={**now.memory.gluetuns, "one": one}, maintenance={"two": order})
    said = seen(replace(now, memory=memory), tmp_path)
    assert said["vpns"][0]["latched"]["at"] == NOW
    assert said["vpns"][1]["maintenance"]["reason"] == "new cable"


def test_the_same_for_many_engines_is_said_once(tmp_path):
    engines = [engine(f"e{number:03}", port=number + 1, api="failed") for number in range(200)]
    for looks in (1, 40):
        now = snapshot([gluetun()], engines, looks)
        assert len(now.plan.pending) + len(now.plan.steps) >= 199
        said = [item["text"] for item in seen(now, tmp_path)["vpns"][0]["next"]]
        assert len(said) < 5, said
        assert any("e000, e001, e002, e003 and 19" in text for text in said), said


def test_outages_come_from_the_journal_and_from_the_one_set_aside(tmp_path):
    line = {"vpn": "gluetun", "level": "WARN", "message": "x"}
    before = {**line, "at": NOW - 7200, "kind": "gluetun_unhealthy", "data": {"why": "egress failed"}}
    (tmp_path / "journal.jsonl.1").write_text(json.dumps(before) + "\n", encoding="utf-8")
    after = {**line, "at": NOW - 7000, "kind": "gluetun_healthy", "data": {"outage_seconds": 200}}
    said = seen(one_vpn(), tmp_path, after)
    (row,) = said["vpns"][0]["outages"]["rows"]
    assert (row["lasted"], row["why"]) == ("3 min 20 s", "egress failed")
    assert [item["message"] for item in said["journal"]] == ["x", "x"]


def test_an_outage_still_lasts_until_the_look_that_sees_its_end(tmp_path):
    def ended(shot, *lines):
        (row,) = seen(shot, tmp_path, *lines)["vpns"][0]["outages"]["rows"]
        return row["ended"]

    assert ended(two_vpns(SILENT, looks=4)) == "still lasts"
    over = two_vpns()
    line = {"at": over.at, "kind": "gluetun_healthy", "vpn": "one", "data": {"outage_seconds": 20.0}}
    assert ended(over, line) == "00:00:00 UTC"


def test_durations_and_lists_are_short():
    assert [duration(seconds) for seconds in (-1, 0, 59, 60, 185, 7800, 90000)] == [
        "0 s",
        "0 s",
        "59 s",
        "1 min",
        "3 min 5 s",
        "2 h 10 min",
        "1 d 1 h",
    ]
    assert [listed(list(names)) for names in ("a", "ab", "abcd", "abcde")] == [
        "a",
        "a and b",
        "a, b, c and d",
        "a, b, c, d and 1 more",
    ]


class Shape(HTMLParser):
    """What a browser would make of a page: elements, the names of their attributes, and texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, tuple(name for name, _value in attributes)))

    def handle_data(self, text):
        self.texts.append(text)


def page(folder, word: str) -> Shape:
    """The page of a world in which everything that others have named is called by this word."""
    gluetuns = [gluetun(word, country=word, city=word, public_ip=word, tunnel_status=word, problems=(word,))]
    engines = [engine(word + "1", word, 1, streams=2), engine(word + "2", word, 2, api="failed", forwarded=True)]
    now = snapshot(gluetuns, engines)
    memory = replace(now.memory, maintenance={"": Maintenance(NOW + 60, word, NOW, "boot", NOW + 60)})
    lines = [
        {
            "at": NOW - 90,
            "kind": "gluetun_unhealthy",
            "vpn": word,
            "level": word,
            "message": word,
            "data": {"why": word},
        },
        {"at": NOW - 30, "kind": "gluetun_healthy", "vpn": word, "level": word, "message": word, "data": {}},
    ]
    history(folder, *lines)
    made = Page(Journal(str(folder)), lambda: None)
    return Shape(made._render(replace(now, memory=memory))["page"].decode("utf-8"))


HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        "</main></title><style>*{}</style>",
        "{{ 7 * 7 }}{% raw %}",
        "&lt;b&gt;",
        "<!--",
        "\u202e\u0000\x1b[31m",
        "\ud800",
    ]
)


@settings(max_examples=30, deadline=None)
@given(word=HOSTILE | st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_words_of_others_never_become_elements(tmp_path_factory, word):
    folder = tmp_path_factory.mktemp("journal")
    plain, hostile = page(folder, "plain"), page(folder, word)
    assert hostile.elements == plain.elements
    scripts = [names for tag, names in hostile.elements if tag == "script"]
    assert scripts == [("src", "defer")]
    assert not any(name.startswith("on") or name == "style" for _tag, names in hostile.elements for name in names)
    if "{{" in word:
        assert any(word in text for text in hostile.texts), "it is shown as it is"
