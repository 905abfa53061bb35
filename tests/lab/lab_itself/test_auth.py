# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles of the stand-in's control server."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.lab.lab_itself.image_code import load

auth = load("gluetun", "auth")
VERSIONS = load("gluetun", "versions").VERSIONS
STATUS, SETTINGS, PORT = "GET /v1/vpn/status", "GET /v1/vpn/settings", "GET /v1/portforward"
KNOWN = (STATUS, SETTINGS, PORT)
KEY = {"X-API-Key": "k"}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Read roles from a file and a default role."""

    def read_auth(version: str = "main", file: str = "", default: str = ""):
        path = tmp_path / "config.toml"
        path.write_text(file, encoding="utf-8")
        monkeypatch.setenv("HTTP_CONTROL_SERVER_AUTH_CONFIG_FILEPATH", str(path))
        monkeypatch.setenv("HTTP_CONTROL_SERVER_AUTH_DEFAULT_ROLE", default)
        return auth.from_environment(VERSIONS[version], KNOWN)

    return read_auth


def role(kind: str, routes: str) -> str:
    return f'[[roles]]\nname = "r"\nauth = "{kind}"\napikey = "k"\nusername = "u"\npassword = "p"\nroutes = {routes}\n'


@pytest.mark.parametrize(
    ("version", "status", "settings"),
    [("3.38", True, True), ("3.40", True, False), ("3.41.1", True, False), ("main", False, False)],
)
def test_what_is_public_without_any_role(read, version: str, status: bool, settings: bool) -> None:
    found = read(version)
    assert (found.admits(STATUS, {}), found.admits(SETTINGS, {})) == (status, settings)


def test_a_default_role_is_for_every_route_that_no_role_lists(read) -> None:
    found = read(file=role("apikey", f'["{STATUS}"]'), default='{"auth":"apikey","apikey":"other"}')
    assert found.admits(STATUS, KEY)
    assert not found.admits(STATUS, {"X-API-Key": "other"})
    assert found.admits(PORT, {"X-API-Key": "other"})
    assert not found.admits(PORT, KEY)


def test_a_route_that_no_role_lists_is_refused_once_there_is_a_role(read) -> None:
    found = read("3.41.1", file=role("apikey", f'["{STATUS}"]'))
    assert found.admits(STATUS, KEY)
    assert not found.admits(STATUS, {})
    assert not found.admits(PORT, KEY)


def test_basic_and_none(read) -> None:
    token = base64.b64encode(b"u:p").decode()
    assert read(file=role("basic", f'["{STATUS}"]')).admits(STATUS, {"Authorization": f"Basic {token}"})
    assert not read(file=role("basic", f'["{STATUS}"]')).admits(STATUS, {"Authorization": "Basic eDp5"})
    assert read(file=role("none", f'["{STATUS}"]')).admits(STATUS, {})


def test_a_route_that_the_version_does_not_have_ends_the_program(read) -> None:
    with pytest.raises(SystemExit, match="GET /v1/nonsense"):
        read(file=role("none", '["GET /v1/nonsense"]'))


def test_an_empty_key_admits_nobody(read) -> None:
    assert not read(default='{"auth":"apikey"}').admits(STATUS, {"X-API-Key": ""})
