# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line: what a user reads when something is wrong."""

from __future__ import annotations

import io

import pytest

from lab import base_image, pki
from lab.cli import main
from lab.errors import LabError
from lab.faults import FAULTS


def test_every_fault_is_listed_with_its_opposite(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fault", "--list"]) == 0
    shown = capsys.readouterr().out
    for fault in FAULTS.values():
        assert fault.name in shown
        assert fault.opposite in shown
        assert not fault.opposite or fault.opposite == "heal" or fault.opposite in FAULTS


def test_a_wrong_value_is_one_sentence_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["up", "--engines", "-3"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: engines: -3")
    assert "->" in said


def test_an_unknown_fault_is_refused_by_the_parser(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["fault", "no-such-fault"])
    assert caught.value.code == 2
    assert "no-such-fault" in capsys.readouterr().err


def test_without_docker_the_user_is_told_how_to_get_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    assert main(["status"]) == 1
    assert "apt-get install docker.io" in capsys.readouterr().err


def test_missing_programs_are_named_with_their_package(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LabError, match="apt-get install mmdebstrap"):
        base_image._bootstrap(io.BytesIO(), ["wget"])
    with pytest.raises(LabError, match="apt-get install openssl"):
        pki.ensure(tmp_path / "pki")


def test_keys_are_their_owner_s_alone(tmp_path) -> None:
    pki.ensure(tmp_path / "pki")
    keys = list((tmp_path / "pki").glob("*.key"))
    assert len(keys) == 3
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}
    before = {path: path.read_bytes() for path in keys}
    pki.ensure(tmp_path / "pki")
    assert before == {path: path.read_bytes() for path in keys}
