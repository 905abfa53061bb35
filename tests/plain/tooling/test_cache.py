# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is kept between checkouts: only in a folder that is this user's alone, and whole or not at all."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import docker.errors
import pytest

from lab import base_image, cache
from lab.errors import LabError

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's caches; what is not kept there is kept in a folder beside it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.setattr(cache, "_OWN", tmp_path / "checkout")
    return tmp_path / "caches"


def test_it_is_made_for_this_user_alone(home: Path) -> None:
    assert cache.folder() == home / "acestream-vpn"
    assert (home / "acestream-vpn").stat().st_mode & 0o777 == 0o700
    assert cache.folder() == home / "acestream-vpn"


def test_without_the_variable_it_is_where_the_field_has_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for value in ("", "not/absolute"):
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        assert cache.folder() == tmp_path / ".cache/acestream-vpn"


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o707])
def test_a_folder_that_is_open_to_others_is_not_used(
    home: Path, tmp_path: Path, mode: int, capsys: pytest.CaptureFixture[str]
) -> None:
    cache.folder().chmod(mode)
    assert cache.folder() == tmp_path / "checkout"
    assert "it is not used" in capsys.readouterr().err


def test_a_link_is_not_used(home: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    home.mkdir()
    (home / "acestream-vpn").symlink_to(tmp_path / "elsewhere")
    assert cache.folder() == tmp_path / "checkout"


def test_somebody_else_s_folder_is_not_used(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.folder()
    somebody = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: somebody)
    assert cache.folder() == tmp_path / "checkout"


def test_none_is_made_in_somebody_else_s_home(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With sudo, HOME may be a user's, who could never write to a folder of root's."""
    somebody = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: somebody)
    assert cache.folder() == tmp_path / "checkout"
    assert not home.exists()


def test_a_file_that_others_may_write_is_not_trusted(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert not cache.is_trusted(kept)
    kept.write_text("", encoding="utf-8")
    kept.chmod(0o644)
    assert cache.is_trusted(kept)
    kept.chmod(0o664)
    assert not cache.is_trusted(kept)


def test_it_is_found_before_anything_is_installed(home: Path) -> None:
    """By a Python that has nothing but its own library."""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "lab.cache"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{home / 'acestream-vpn'}\n"


class _Docker:
    """As much of Docker's client as a base image needs: an image exists once its file was imported."""

    def __init__(self) -> None:
        self.imported: dict[str, bytes] = {}
        self.images = self.api = self

    def get(self, name: str) -> None:
        if name not in self.imported:
            raise docker.errors.ImageNotFound(name)

    def import_image_from_file(self, path: str, repository: str, tag: str) -> None:
        self.imported[f"{repository}:{tag}"] = gzip.decompress(Path(path).read_bytes())


def _replaced(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(base_image, "_command", lambda included: ["sh", "-c", script, *included])
    monkeypatch.setattr(base_image.shutil, "which", lambda name: name)


def test_another_docker_gets_the_image_from_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _replaced(monkeypatch, "echo a tar file")
    first, second = _Docker(), _Docker()
    name = base_image.ensure(first)
    _replaced(monkeypatch, "exit 1")
    monkeypatch.setattr(base_image, "tag", lambda *_words: name)
    assert base_image.ensure(second) == name
    assert first.imported == second.imported == {name: b"a tar file\n"}
    (kept,) = cache.folder().iterdir()
    assert kept.name == name.replace(":", "-") + ".tar.gz"
    # Once Docker has it, no file is needed.
    kept.unlink()
    assert base_image.ensure(second) == name


def test_a_failure_leaves_nothing_behind_that_could_be_taken_for_an_image(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _replaced(monkeypatch, "echo half a tar file; echo no such package >&2; exit 25")
    with pytest.raises(LabError, match="no such package"):
        base_image.ensure(_Docker())
    assert list(cache.folder().iterdir()) == []


def test_an_image_s_name_follows_from_all_that_it_is_made_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = tmp_path / "packages.txt"
    listed.write_text("# a comment\nwget\nmake\n", encoding="utf-8")
    names = [base_image.tag("x", listed)]
    listed.write_text("make\n\nwget\n", encoding="utf-8")
    assert names == [base_image.tag("x", listed)]
    listed.write_text("make\n", encoding="utf-8")
    names.append(base_image.tag("x", listed))
    monkeypatch.setattr(base_image, "SUITE", "trixie")
    names.append(base_image.tag("x", listed))
    monkeypatch.setattr(base_image.platform, "machine", lambda: "another")
    names.append(base_image.tag("x", listed))
    assert len(set(names)) == 4
