# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Egress: which targets there can be, and what curl's and wget's words mean."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._observe.egress_exec import interpret
from ansible_collections.acestream.vpn.plugins.module_utils._observe.egress_probe import parse_target
from hypothesis import given
from hypothesis import strategies as st

TARGET = "1.1.1.1:443"


@given(st.ip_addresses(), st.integers(1, 65535))
def test_any_address_and_port_is_a_target(address, port):
    host = f"[{address}]" if address.version == 6 else str(address)
    found, number = parse_target(f"{host}:{port}")
    assert (ipaddress.ip_address(found), number) == (address, port)


@pytest.mark.parametrize(
    "target",
    [
        "cloudflare.com:443",
        "1.1.1.1",
        "1.1.1.1:0",
        "1.1.1.1:65536",
        "1.1.1.1:x",
        ":443",
        "",
        "::1:443",
        "[1.1.1.1]:443",
    ],
)
def test_what_is_no_target_is_named(target):
    with pytest.raises(ValueError, match="give an IP address and a port"):
        parse_target(target)


@given(st.text(max_size=30))
def test_noise_is_a_target_or_refused(text):
    try:
        host, port = parse_target(text)
    except ValueError:
        return
    ipaddress.ip_address(host)
    assert 0 < port < 65536


# What the tools printed: curl 8.5, GNU Wget 1.21, BusyBox 1.36.
@pytest.mark.parametrize(
    ("printed", "verdict"),
    [
        ("connected=0.003121\ncurl 0", "ok"),
        ("connected=0.003121\ncurl 52", "ok"),
        ("connected=0.003121\ncurl 28", "ok"),
        ("connected=0.000000\ncurl 28", "failed"),
        ("connected=0.000000\ncurl 7", "failed"),
        ("connected=0.000000\ncurl 6", "unknown"),
        ("connected=0.000000\ncurl 127", "unknown"),
        ("curl: not found\ncurl 127", "unknown"),
        ("Connecting to 1.1.1.1:443... connected.\nHTTP request sent, awaiting response... 400\nwget 8", "ok"),
        ("Connecting to 1.1.1.1:443... connected.\nRead error (Connection timed out) in headers.\nwget 4", "ok"),
        ("Connecting to 1.1.1.1:443... failed: Connection timed out.\nwget 4", "failed"),
        ("Connecting to 1.1.1.1:443... failed: Connection refused.\nwget 4", "failed"),
        (
            "Connecting to 1.1.1.1:443 (1.1.1.1:443)\nwget: server returned error: HTTP/1.1 400 Bad Request\nwget 1",
            "ok",
        ),
        ("Connecting to 1.1.1.1:443 (1.1.1.1:443)\nwget: error getting response\nwget 1", "ok"),
        ("Connecting to 1.1.1.1:443 (1.1.1.1:443)\nwget: download timed out\nwget 1", "failed"),
        ("wget: can't connect to remote host (1.1.1.1): Connection refused\nwget 1", "failed"),
        ("wget: can't connect to remote host (1.1.1.1): Network unreachable\nwget 1", "failed"),
        ("wget: unrecognized option: Z\nwget 1", "unknown"),
        ("wget 0", "ok"),
        ("none 0", "unknown"),
        ("", "unknown"),
        ("OCI runtime exec failed: exec: sh: executable file not found in $PATH", "unknown"),
    ],
)
def test_what_the_tools_say(printed, verdict):
    assert interpret(printed + "\n", TARGET)[0] == verdict


@given(st.text(max_size=60))
def test_noise_never_says_failed(text):
    tools = ("curl", "wget")
    verdict, said = interpret(text, TARGET)
    assert said
    if not any(tool in text for tool in tools):
        assert verdict == "unknown"
