# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make release` on small repositories: what it refuses, what it changes, and that it changes nothing half-way."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from semantic_version import Version

from lab.wait import wait_for
from tests.plain.tooling.release_repository import ROOT, SmallRepository, make
from tools.release.artifact import build
from tools.release.commands import Workshop
from tools.release.installed import check as check_installed
from tools.release.layout import COLLECTION
from tools.release.links import Links
from tools.release.refusal import Refused
from tools.release.release import rebuild, release
from tools.release.version import in_changelog, must_be_new

#: It makes many repositories.
pytestmark = pytest.mark.slow

LINK_NAMES = ("repository", "documentation", "homepage", "issues")
LINKS = Links.given("https://git.example.org/team/vpn/", "", "", "")


@pytest.fixture(autouse=True)
def hears_ctrl_c():
    """Whoever starts the tests in the background may have them ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def template(nobodys_git, tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("template") / "repository").root


@pytest.fixture(scope="module", autouse=True)
def nobodys_git() -> Iterator[None]:
    """Git without anybody's own settings: hooks, signatures, another name of the first branch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
        patch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
        yield


@pytest.fixture
def repository(template, tmp_path) -> SmallRepository:
    return SmallRepository(shutil.copytree(template, tmp_path / "repository"))


def content(*_given: object) -> None:
    """A check that finds nothing wrong."""


def run(repository: SmallRepository, version: str, links: Links = LINKS, check=content) -> Path:
    return release(repository.root, version, links, lambda line: None, check)


def refusal(repository: SmallRepository, version: str = "0.2.0", check=content) -> str:
    """What a refused release says: one line, and the repository is as it was."""
    before = repository.state()
    with pytest.raises(Refused) as refused:
        run(repository, version, check=check)
    assert repository.state() == before
    assert not list((repository.root / ".state").rglob("*.tar.gz*"))
    assert len(str(refused.value).splitlines()) == 1
    return str(refused.value)


def manifest(tarball: Path) -> dict:
    with tarfile.open(tarball) as archive:
        return json.load(archive.extractfile("MANIFEST.json"))["collection_info"]


def names(tarball: Path) -> set[str]:
    with tarfile.open(tarball) as archive:
        return set(archive.getnames())


# --- a release -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def released(template, tmp_path_factory) -> SmallRepository:
    """0.1.0, and then 0.2.0 with another fragment and the links of a publisher, with the real programs."""
    repository = SmallRepository(shutil.copytree(template, tmp_path_factory.mktemp("released") / "repository"))
    repository.write("meta/key.secret", "hidden")
    run(repository, "0.1.0", Links())
    repository.write("changelogs/fragments/2-next.yml", "bugfixes:\n  - engine - it stays mended.\n")
    repository.commit("Next")
    run(repository, "0.2.0")
    return repository


def tarball_of(repository: SmallRepository, version: str) -> Path:
    return repository.root / f".state/release/acestream-vpn-{version}.tar.gz"


def test_release_is_one_commit_and_a_tag(released):
    history = released.git("log", "--format=%s by %an", "main").splitlines()
    assert history == [f"{what} by A Publisher" for what in ("Release 0.2.0", "Next", "Release 0.1.0", "First")]
    tagged = released.git("rev-parse", "v0.2.0^{commit}", "v0.1.0^{commit}")
    assert tagged == released.git("rev-parse", "main", "main~2")
    tags = released.git("for-each-ref", "--format=%(objecttype) %(subject)", "refs/tags")
    assert tags.splitlines() == ["tag Release 0.1.0", "tag Release 0.2.0"]


def test_release_leaves_nothing_else(released):
    assert released.git("status", "--porcelain") == ""
    assert len(released.git("worktree", "list").splitlines()) == 1
    assert {path.name for path in (released.root / ".state/release").iterdir()} == {
        "acestream-vpn-0.1.0.tar.gz",
        "acestream-vpn-0.2.0.tar.gz",
    }


def test_release_sets_the_version_and_turns_fragments_into_the_changelog(released):
    assert "\nversion: 0.2.0\n" in (released.collection / "galaxy.yml").read_text()
    assert list(in_changelog(released.collection / "changelogs/changelog.yaml")) == ["0.1.0", "0.2.0"]
    text = (released.collection / "CHANGELOG.rst").read_text()
    assert text.index("v0.2.0\n") < text.index("it stays mended") < text.index("v0.1.0\n") < text.index("it mends more")
    assert not list(released.collection.glob("changelogs/fragments/*"))


def test_tarball_has_the_links_and_the_repository_has_not(released):
    with_links, without = (manifest(tarball_of(released, version)) for version in ("0.2.0", "0.1.0"))
    assert {name: with_links[name] for name in LINK_NAMES} == {
        "repository": "https://git.example.org/team/vpn",
        "documentation": "https://git.example.org/team/vpn",
        "homepage": "https://git.example.org/team/vpn",
        "issues": "https://git.example.org/team/vpn/issues",
    }
    assert {without[name] for name in LINK_NAMES} == {None}
    assert "git.example.org" not in released.git("grep", "-h", "", "main")


def test_tarball_holds_what_users_need_and_nothing_that_git_ignores(released):
    found = names(tarball_of(released, "0.2.0"))
    assert found >= {"CHANGELOG.rst", "changelogs/changelog.yaml", "README.md", "meta/runtime.yml"}
    assert not {name for name in found if "fragments" in name or "cache" in name or "secret" in name}


# --- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["", "v0.2.0", "0.2", "0.02.0", "0.2.0 ", "one", "0.2.0-", "../0.2.0", "--help"])
def test_what_is_no_semantic_version_is_refused(repository, version):
    assert "0.1.0" in refusal(repository, version)


def test_a_file_that_is_changed_is_refused(repository):
    repository.write("README.md", "# Changed\n")
    assert "README.md" in refusal(repository)


def test_a_file_that_git_does_not_know_is_refused(repository):
    repository.write("plugins/new.py", "")
    assert "plugins/new.py): commit it" in refusal(repository)


def test_a_change_that_is_staged_is_refused(repository):
    repository.write("README.md", "# Changed\n")
    repository.git("add", "--all")
    assert "git stash" in refusal(repository)


def test_a_version_with_a_tag_is_refused(repository):
    repository.git("tag", "v0.2.0")
    assert "0.2.0 exists already (the tag v0.2.0): release 0.2.1, 0.3.0 or 1.0.0" in refusal(repository)


def test_a_version_of_the_changelog_is_refused(repository):
    repository.write("changelogs/changelog.yaml", "releases:\n  0.2.0: {}\n")
    repository.commit()
    assert "0.2.0 exists already (changelog.yaml)" in refusal(repository)


@pytest.mark.parametrize("version", ["0.0.9", "0.3.0-rc.1", "0.2.9"])
def test_a_version_that_is_not_newer_is_refused(repository, version):
    repository.git("tag", "v0.3.0")
    repository.git("tag", "v-of-something-else")
    assert f"{version} is not newer than 0.3.0" in refusal(repository, version)


def test_versions_are_compared_as_numbers():
    must_be_new(Version("0.10.0"), {"the tag v0.10.0": ["0.9.0", "0.2.0"], "changelog.yaml": ["0.10.0-rc.1"]})


def test_a_changelog_that_cannot_be_read_is_refused(repository):
    repository.write("changelogs/changelog.yaml", "releases: [\n")
    repository.commit()
    assert "changelog.yaml cannot be read" in refusal(repository)


def test_no_branch_is_refused(repository):
    repository.git("switch", "--quiet", "--detach")
    assert "git switch main" in refusal(repository)


def test_nothing_to_release_is_refused(repository):
    repository.git("rm", "--quiet", "-r", str(repository.collection / "changelogs/fragments"))
    repository.commit()
    assert "nothing to release" in refusal(repository)


def test_a_fragment_that_is_not_valid_is_refused(repository):
    repository.write("changelogs/fragments/2-wrong.yml", "improvements:\n  - it is better.\n")
    repository.commit()
    assert "improvements" in refusal(repository)


def test_a_committer_without_a_name_is_refused(repository):
    repository.git("config", "--unset", "user.name")
    repository.git("config", "user.useConfigOnly", "true")
    assert "git config" in refusal(repository)


def test_a_folder_without_git_is_refused(tmp_path):
    with pytest.raises(Refused, match="release from a clone"):
        release(tmp_path, "0.2.0", LINKS, print, content)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("http://git.example.org/vpn", "", "", ""), "write it as https://"),
        (("git@git.example.org:vpn", "", "", ""), "write it as https://"),
        (("https://git.example.org/a b", "", "", ""), "write it as https://"),
        (("https://git.example.org/vpn", "", "", "nowhere"), "ISSUES=nowhere"),
        (("https://me:token@git.example.org/vpn", "", "", ""), "leave it out"),
        (("", "https://docs.example.org", "", ""), "REPOSITORY=https://"),
    ],
)
def test_what_is_no_link_is_refused(given, message):
    with pytest.raises(Refused, match=message):
        Links.given(*given)


def test_the_command_refuses_with_one_line():
    command = [sys.executable, "-m", "tools.release", "release", "v1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "release: 'v1' is no semantic version: write three numbers, such as 0.1.0 or 1.0.0-rc.1\n"


def test_fragments_are_restructured_text():
    """The markup of plugin documentation, C(...), would stand in the changelog as it is: write ``...``."""
    fragments = (ROOT / COLLECTION).glob("changelogs/fragments/*.yml")
    assert [path.name for path in fragments if re.search(r"\b[A-Z]\(", path.read_text(encoding="utf-8"))] == []


# --- failures half-way ---------------------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch) -> None:
    """Instead of antsibull-changelog and ansible-galaxy, something that takes no time."""

    def write(collection: Path, _version: Version, _workshop: Workshop) -> None:
        (collection / "CHANGELOG.rst").write_text("Changes\n", encoding="utf-8")

    def build(_collection: Path, _links: Links, folder: Path, _workshop: Workshop) -> Path:
        folder.mkdir()
        tarball = folder / "acestream-vpn-0.2.0.tar.gz"
        tarball.write_bytes(b"tarball")
        return tarball

    monkeypatch.setattr("tools.release.changelog.write", write)
    monkeypatch.setattr("tools.release.artifact.build", build)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("error", [Refused("it is not good"), OSError("the disk is full"), KeyboardInterrupt()])
def test_a_tarball_that_is_not_good_leaves_no_trace(repository, error):
    def fail(*_given: object) -> None:
        raise error

    before = repository.state()
    with pytest.raises(type(error)):
        run(repository, "0.2.0", check=fail)
    assert repository.state() == before


@pytest.mark.usefixtures("quick")
def test_a_branch_that_moves_meanwhile_gets_no_tag(repository):
    def move(*_given: object) -> None:
        repository.write("README.md", "# Somebody else's\n")
        repository.commit("Somebody else's")

    with pytest.raises(Refused, match="changed meanwhile"):
        run(repository, "0.2.0", check=move)
    assert repository.git("tag") == ""
    assert repository.git("log", "-1", "--format=%s") == "Somebody else's\n"
    assert not list((repository.root / ".state").rglob("*"))[1:]


@pytest.mark.usefixtures("quick")
def test_a_tag_that_appears_meanwhile_stays(repository):
    before = repository.git("rev-parse", "HEAD")
    with pytest.raises(Refused, match="already exists"):
        run(repository, "0.2.0", check=lambda *_given: repository.git("tag", "v0.2.0"))
    assert repository.git("rev-parse", "HEAD", "v0.2.0") == before * 2


@pytest.mark.usefixtures("quick")
def test_a_hook_that_refuses_the_commit_is_heard(repository):
    repository.hook("pre-commit", "echo not today\nexit 1")
    assert "not today" in refusal(repository)


@pytest.mark.usefixtures("quick")
def test_who_ends_it_while_the_copy_is_made_finds_no_trace(repository):
    repository.hook("post-checkout", f"kill -INT {os.getpid()}")
    before = repository.state()
    with pytest.raises(KeyboardInterrupt):
        run(repository, "0.2.0")
    assert repository.state() == before


@pytest.mark.usefixtures("quick")
def test_who_ends_it_while_the_branch_moves_finds_a_whole_release(repository):
    repository.hook("post-merge", f"kill -INT {os.getpid()}")
    with pytest.raises(KeyboardInterrupt):
        run(repository, "0.2.0")
    assert repository.git("describe", "--exact-match", "main") == "v0.2.0\n"
    assert repository.git("status", "--porcelain") == ""
    assert len(repository.git("worktree", "list").splitlines()) == 1
    assert tarball_of(repository, "0.2.0").read_bytes() == b"tarball"


# --- a tarball once more -------------------------------------------------------------------------------------------


def test_rebuild_takes_what_the_tag_holds_and_changes_nothing(repository):
    repository.git("tag", "v0.1.0")
    repository.write("README.md", "# Being worked on\n")
    before = repository.state()
    tarball = rebuild(repository.root, "0.1.0", LINKS, lambda line: None, content)
    assert manifest(tarball)["repository"] == LINKS.repository
    with tarfile.open(tarball) as archive:
        assert archive.extractfile("README.md").read() == b"# A collection\n"
    tarball.unlink()
    assert repository.state() == before


def test_rebuild_of_what_was_never_released_is_refused(repository):
    with pytest.raises(Refused, match=r"there is no tag v0\.1\.0"):
        rebuild(repository.root, "0.1.0", LINKS, print, content)


# --- the check -----------------------------------------------------------------------------------------------------


def test_a_role_without_documentation_is_found(repository, tmp_path):
    repository.write("roles/silent/tasks/main.yml", "[]\n")
    workshop = _workshop(tmp_path)
    tarball = build(repository.collection, Links(), tmp_path / "build", workshop)
    with pytest.raises(Refused, match=r"ansible-doc shows no role acestream\.vpn\.silent"):
        check_installed(tarball, workshop)


def _workshop(tmp_path: Path) -> Workshop:
    folder = tmp_path / "workshop"
    folder.mkdir()
    return Workshop(folder)


def test_what_is_given_up_leaves_no_program_behind(tmp_path):
    """The one that was started has started another one, which would go on."""
    (tmp_path / "started.py").write_text(
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open('child', 'w').write(str(child.pid))\n"
        f"import os; os.kill({os.getpid()}, {int(signal.SIGINT)})\n"
        "child.wait()\n",
        encoding="utf-8",
    )
    with pytest.raises(KeyboardInterrupt):
        Workshop(tmp_path).run("python", "started.py")
    status = Path("/proc", (tmp_path / "child").read_text(), "status")
    assert wait_for(lambda: has_ended(status), 10, every=0.02), "the child has ended"


def has_ended(status: Path) -> bool:
    """Of a process: it is gone, or nobody has asked yet how it ended."""
    try:
        return "State:\tZ" in status.read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_workshop_knows_nothing_of_the_callers_ansible(tmp_path, monkeypatch):
    monkeypatch.setenv("ANSIBLE_ROLES_PATH", "/elsewhere")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    assert "/elsewhere" not in _workshop(tmp_path).environment().values()
