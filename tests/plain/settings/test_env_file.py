# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A .env of the AceStream Orchestrator, given to the role as it stands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
INVENTORY = {
    "vpn_hosts": {
        "hosts": {
            "lab": {
                "ansible_connection": "local",
                "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            }
        }
    }
}
SHOWN = ("gluetuns", "restart_after", "cycle_after", "restart_engines_on_reconnect", "min_replicas")
PLAY = [
    {
        "name": "Show what the role would do",
        "hosts": "vpn_hosts",
        "gather_facts": False,
        "tasks": [
            {
                "name": "Read",
                "ansible.builtin.include_role": {
                    "name": "acestream.vpn.recovery",
                    "tasks_from": "env_file",
                    "public": True,
                    "rolespec_validate": False,
                },
            },
            {
                "name": "Show",
                "ansible.builtin.debug": {
                    "msg": "SHOWN{{ "
                    + f"dict({', '.join(f'{name}=recovery_{name}' for name in SHOWN)})"
                    + " | to_json }}END"
                },
            },
        ],
    }
]

# The specification's blocks as they stand there.
SCENARIO_1 = """\
# .env
GLUETUN_HEALTH_CHECK_INTERVAL_S=5          # Fast detection
VPN_RESTART_ENGINES_ON_RECONNECT=true      # Restart on recovery
VPN_UNHEALTHY_RESTART_TIMEOUT_S=60         # Force restart after 60s
"""
SCENARIO_3 = """\
# .env - Redundant VPN Mode
VPN_MODE=redundant
GLUETUN_CONTAINER_NAME=gluetun1
GLUETUN_CONTAINER_NAME_2=gluetun2
GLUETUN_PORT_RANGE_1=19000-19499        # VPN1 port range
GLUETUN_PORT_RANGE_2=19500-19999        # VPN2 port range
VPN_UNHEALTHY_RESTART_TIMEOUT_S=60
"""
SCENARIO_4 = """\
# .env
GLUETUN_PORT_CACHE_TTL_S=60              # Poll for new port every 60s
VPN_RESTART_ENGINES_ON_RECONNECT=true    # Restart to rebind port
"""
TWO = [{"name": "gluetun1", "ports": "19000-19499"}, {"name": "gluetun2", "ports": "19500-19999"}]


@pytest.fixture
def play(tmp_path):
    """Run the playbook with a file; returns its exit code and output."""
    (tmp_path / "inventory.json").write_text(json.dumps(INVENTORY), encoding="utf-8")
    (tmp_path / "play.yml").write_text(json.dumps(PLAY), encoding="utf-8")

    def run(content: str | bytes | None, *options: str) -> tuple[int, str]:
        if content is not None:
            data = content.encode() if isinstance(content, str) else content
            (tmp_path / "my.env").write_bytes(data)
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        words = ["-i", str(tmp_path / "inventory.json"), str(tmp_path / "play.yml"), *options]
        done = subprocess.run(
            [program, *words, "-e", "recovery_env_file=my.env"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return run


def shown(result: tuple[int, str]) -> dict:
    code, output = result
    assert code == 0, output
    text = output.partition("SHOWN")[2].partition("END")[0]
    return json.loads(text.replace('\\"', '"').replace("\n", ""))


def test_the_specifications_blocks_run_as_they_stand(play):
    assert shown(play(SCENARIO_1))["restart_engines_on_reconnect"] == "always"
    found = shown(play(SCENARIO_3))
    assert (found["gluetuns"], found["restart_after"], found["cycle_after"]) == (TWO, 60, 30)
    assert shown(play(SCENARIO_1 + SCENARIO_3 + SCENARIO_4))["gluetuns"] == TWO


def test_an_explicit_variable_wins(play):
    found = shown(play(SCENARIO_3, "-e", '{"recovery_restart_after": 90, "recovery_gluetuns": [{"name": "mine"}]}'))
    assert (found["gluetuns"], found["restart_after"]) == ([{"name": "mine"}], 90)


def test_windows_line_ends_export_and_quotes(play):
    text = "\ufeff" + "export GLUETUN_CONTAINER_NAME=\"gluetun\"\r\n\r\nMIN_REPLICAS='3'\r\n"
    found = shown(play(text))
    assert (found["gluetuns"], found["min_replicas"]) == ([{"name": "gluetun"}], 3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "\n# a comment\nVPN_MOD=single\n",
            "my.env, line 3: VPN_MOD is not a setting that is known. Did you mean VPN_MODE?",
        ),
        ("\n\nVPN_MODE=twice # no\n", "my.env, line 3: VPN_MODE is 'twice': allowed are single and redundant"),
        ("VPN_MODE=single\nMIN_REPLICAS: 2\n", "my.env, line 2: MIN_REPLICAS cannot be read: write MIN_REPLICAS=value"),
        ("MIN_REPLICAS 2\n", "my.env, line 1: MIN_REPLICAS cannot be read: write MIN_REPLICAS=value"),
        ("VPN_MODE='single\n", "my.env, line 1: VPN_MODE cannot be read: write VPN_MODE=value on a line of its own"),
        ("A='x\nVPN_MODE=single\nB='x'\n", "my.env, line 1: the quotes that begin here still hold line 2, which sets"),
        ("export VPN_MODE\n", "my.env, line 1: VPN_MODE has no value: write VPN_MODE=value"),
        (b"\xff\xfe\x00", "cannot be read as a text file in UTF-8"),
        ("VPN_MODE=single\n".encode("utf-16"), "cannot be read as a text file in UTF-8"),
        (bytes(range(256)) * 99, "cannot be read as a text file in UTF-8"),
        (b"A=1\n" * (1 << 20) + b"A", "my.env has more than 4 MiB"),
        (None, "there is no file 'my.env'"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_what_is_allowed(play, content, said):
    code, output = play(content)
    assert code == 2
    assert said in " ".join(output.split())
    assert "Traceback" not in output


SHARED = """\
# Gluetun's, the orchestrator's (1.7.3), and somebody's own
WIREGUARD_PRIVATE_KEY=s3cr3t=
OPENVPN_PASSWORD='s3cr3t'and'more
VPN_SERVICE_PROVIDER=protonvpn
API_KEY=s3cr3t
PROXY_MODE=HTTP
a stray line with a s3cr3t
ENGINE_VARIANT=AceServe-amd64
GLUETUN_CONTAINER=s3cr3t
"""


def test_a_file_that_is_shared_with_others_is_read_and_the_rest_said_once(play):
    text = SHARED.encode() + "HTTPPROXY_PASSWORD=s3cr3t-\u00fc\n".encode("latin-1") + SCENARIO_3.encode()
    code, output = play(text)
    assert shown((code, output))["gluetuns"] == TWO
    words = " ".join(output.split())
    assert words.count("6 names are not for this collection and passed over, such as GLUETUN_CONTAINER, ") == 1, output
    assert words.count("2 lines are no NAME=value, and passed over; the first one is my.env, line 3") == 1, output
    code, verbose = play(text, "-vvv")
    assert (code, "s3cr3t" in output + verbose) == (0, False), verbose


def test_ten_thousand_lines_of_others(play):
    text = "".join(f"VPN_OTHER_{number}=s3cr3t\n" for number in range(10_000))
    code, output = play(text + SCENARIO_3)
    assert shown((code, output))["gluetuns"] == TWO
    assert "10000 names are not for this collection" in " ".join(output.split())
    assert "s3cr3t" not in output


def test_many_hosts_say_it_once(play, tmp_path):
    hosts = dict.fromkeys(("lab", "other", "third"), INVENTORY["vpn_hosts"]["hosts"]["lab"])
    (tmp_path / "inventory.json").write_text(json.dumps({"vpn_hosts": {"hosts": hosts}}), encoding="utf-8")
    code, output = play(SCENARIO_3 + "API_KEY=s3cr3t\nTZ=UTC\n")
    assert code == 0, output
    assert output.count("2 names are not for this collection") == 1, output


@pytest.mark.parametrize("content", ["MIN_REPLICA=s3cr3t\n", "VPN_MODE=single API_KEY=s3cr3t\n", "VPN_MODE s3cr3t\n"])
def test_an_error_shows_no_value_that_is_not_of_ours(play, content):
    code, output = play("API_KEY=s3cr3t\n" + content, "-vvv")
    assert (code, "s3cr3t" in output) == (2, False), output
    assert "my.env, line 2: " in " ".join(output.split())


def test_secrets_do_not_reach_the_output(play):
    text = SCENARIO_3 + "API_KEY=s3cr3t-of-the-orchestrator\n"
    code, output = play(text, "-vvv", "-e", "recovery_gluetun_api_key=s3cr3t-of-gluetun")
    assert code == 0, output
    assert "s3cr3t-of-the-orchestrator" not in output
