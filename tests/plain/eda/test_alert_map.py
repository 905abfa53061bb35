# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever is posted, what comes out of the filter is made of the table's values alone."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.plain.eda.plugin import FILTER, load

alert_map = load(FILTER)

TABLE = {
    "alerts": ["VpnUnhealthy", "VpnDown"],
    "places": [
        {"host": "mediaserver", "vpn": "gluetun1", "labels": {"instance": "a:9811", "vpn": "gluetun1"}},
        {"host": "mediaserver", "vpn": "gluetun2", "labels": {"instance": "a:9811", "vpn": "gluetun2"}},
        {"host": "mediaserver", "labels": {"instance": "a:9811"}},
        {"host": "attic", "vpn": "gluetun", "labels": {"instance": "b:9811"}},
    ],
}
PLACES = {(place["host"], place.get("vpn", "")) for place in TABLE["places"]}
HOSTILE = [
    "{{ lookup('pipe', 'id') }}",
    "{% for x in () %}{% endfor %}",
    "$(touch /tmp/x)",
    "`id`",
    "../../etc/passwd",
    "all",
    "attic",
    "all:!attic",
    "gluetun1\nother",
    "a:9811\n",
    "x" * 100_000,
    "\x00",
    "firing",
    "a:9811",
    "gluetun1",
    "VpnDown",
]
NAMES = st.sampled_from(
    ["alerts", "labels", "status", "alertname", "instance", "vpn", "host", "meta", "hosts", "limit"]
)
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(HOSTILE)
JUNK = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=15
)
ALERTS = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["firing", "firing", "resolved"]) | JUNK,
        "labels": st.fixed_dictionaries(
            {"alertname": st.sampled_from(["VpnDown", "VpnUnhealthy"]) | JUNK},
            optional={
                "instance": st.sampled_from(["a:9811", "b:9811"]) | JUNK,
                "vpn": st.sampled_from(["gluetun1", "gluetun2"]) | JUNK,
                "host": JUNK,
            },
        )
        | JUNK,
        "annotations": JUNK,
    }
)
PAYLOADS = JUNK | st.fixed_dictionaries({"alerts": st.lists(ALERTS | JUNK, max_size=12)}, optional={"meta": JUNK})


@settings(deadline=None)
@given(payload=PAYLOADS)
@example(payload={"alerts": "x" * 1_000_000})
@example(payload={"alerts": [{"status": ["firing"], "labels": {"alertname": {}}}]})
def test_nothing_of_the_payload_survives(payload):
    event = {"payload": payload, "meta": {"endpoint": "x", "headers": {"Cookie": "secret"}, "hosts": "attic"}}
    found = alert_map.main(event, table=TABLE)
    assert len(found) <= len(PLACES) + 1
    seen = []
    for one in found:
        values = one["acestream"]
        if values["kind"] == "alerts_ignored":
            assert set(one) == {"acestream"}
            assert set(values) == {"kind", *alert_map._REASONS}
            assert all(type(values[reason]) is int for reason in alert_map._REASONS)
            continue
        assert one == {
            "acestream": {
                "kind": "alert",
                "status": "firing",
                "host": values["host"],
                "vpn": values["vpn"],
                "alert": values["alert"],
            },
            "meta": {"hosts": values["host"]},
        }
        assert (values["host"], values["vpn"]) in PLACES
        assert values["alert"] in TABLE["alerts"]
        seen.append((values["host"], values["vpn"]))
    assert len(seen) == len(set(seen)), "one for each place"


def firing(name="VpnDown", **labels):
    return {"status": "firing", "labels": {"alertname": name, **labels}}


def passed(*alerts):
    return [one["acestream"] for one in alert_map.main({"payload": {"alerts": list(alerts)}}, table=TABLE)]


def test_an_alert_belongs_to_the_first_place_whose_labels_it_has():
    (one,) = passed(firing(instance="a:9811", vpn="gluetun2", job="x"))
    assert one == {"kind": "alert", "status": "firing", "host": "mediaserver", "vpn": "gluetun2", "alert": "VpnDown"}
    (host_wide,) = passed(firing(instance="a:9811"))
    assert (host_wide["host"], host_wide["vpn"]) == ("mediaserver", "")


def test_what_is_left_out_is_counted_by_reason():
    (counted,) = passed(
        {**firing(instance="a:9811"), "status": "resolved"},
        firing("Other", instance="a:9811"),
        firing(instance="c:9811"),
        firing(instance="a:9811\n"),
        "x",
        {"status": "firing"},
    )
    assert counted == {
        "kind": "alerts_ignored",
        "resolved": 1,
        "unknown_alert": 1,
        "unknown_place": 2,
        "malformed": 2,
        "repeated": 0,
    }


def test_ten_thousand_alerts_are_one_event_for_each_place():
    alerts = [firing(instance="a:9811", vpn=f"gluetun{number % 5}", n=str(number)) for number in range(10_000)]
    found = passed(*alerts)
    assert [(one["host"], one["vpn"]) for one in found[:-1]] == [
        ("mediaserver", ""),
        ("mediaserver", "gluetun1"),
        ("mediaserver", "gluetun2"),
    ]
    assert found[-1]["repeated"] == 10_000 - 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"alerts": []}, "alerts"),
        ({"alerts": ["{{ x }}"]}, "alerts"),
        ({"places": []}, "places"),
        ({"other": 1}, "nothing else"),
        ({"places": [{"host": "all", "labels": {"a": "b"}}]}, "host"),
        ({"places": [{"host": "a:b", "labels": {"a": "b"}}]}, "host"),
        ({"places": [{"host": "~a.*", "labels": {"a": "b"}}]}, "host"),
        ({"places": [{"host": "a,b", "labels": {"a": "b"}}]}, "host"),
        ({"places": [{"host": "h*", "labels": {"a": "b"}}]}, "host"),
        ({"places": [{"host": "h\n", "labels": {"a": "b"}}]}, "host"),
        ({"places": [{"host": "h", "vpn": "{{ x }}", "labels": {"a": "b"}}]}, "vpn"),
        ({"places": [{"host": "h", "labels": {}}]}, "labels"),
        ({"places": [{"host": "h", "labels": {"a": 1}}]}, "labels"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_what_to_do(change, said):
    with pytest.raises(alert_map.TableError, match=said):
        alert_map.parse({**TABLE, **change})


def test_it_checks_its_table_from_the_command_line(tmp_path, monkeypatch):
    path = tmp_path / "table.json"
    path.write_text(json.dumps(TABLE), encoding="utf-8")
    monkeypatch.setenv("ALERT_TABLE", str(path))
    sent = tmp_path / "notification.json"
    sent.write_text(json.dumps({"alerts": [firing(instance="b:9811")]}), encoding="utf-8")
    words = [sys.executable, str(FILTER), "$ALERT_TABLE"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = subprocess.run([*words, str(sent)], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["acestream"]["host"] == "attic"
    path.write_text("{", encoding="utf-8")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, f"alert_map.py: table_file {path} is no JSON\n")
    with pytest.raises(alert_map.TableError, match="set that variable"):
        alert_map.read("$NOT_SET_ANYWHERE")
