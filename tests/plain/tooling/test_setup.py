# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`tools/setup`: what it makes for whom, and that nothing is fetched twice.

It runs in small checkouts, with requirements of their own, and with programs that only write down that they were
called. There is no network: packages come from a folder, as long as pip is told of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
_REQUIREMENTS = {"-demo": "small==1.0\n", "": "-r requirements-demo.txt\nlarge==1.0\n", "-3.9": "", "-bench": ""}
#: Programs that are asked only whether they are there.
_PRESENT = ("dockerd", "mmdebstrap", "openssl", "iptables", "ip", "chromium", "chromedriver", "java")
_STUBS = {
    **dict.fromkeys(_PRESENT, ""),
    "docker": "",
    "sudo": 'shift; exec "$@"',
    "dpkg": "echo amd64",
    "apt-get": 'case "$*" in *download*) touch prometheus_1.deb;; esac',
    "dpkg-deb": 'mkdir -p "$3/usr/bin"; for each in promtool amtool; do install /bin/true "$3/usr/bin/$each"; done',
    "npm": 'mkdir -p "$3/node_modules/axe-core"',
}
_FETCHES = ("apt-get", "npm")

pytestmark = pytest.mark.slow


class Machine:
    """A user's machine with these programs, where checkouts are made.

    :ivar index: packages that pip finds, while C(reaches_index).
    """

    def __init__(self, folder: Path, empty: Path) -> None:
        """:param empty: a new Python environment."""
        self.folder = folder
        self.reaches_index = True
        self.index = folder / "index"
        self.index.mkdir()
        for name in ("small", "large"):
            self.publish(name, {f"{name}.py": ""})
        self._programs = folder / "bin"
        self._programs.mkdir()
        for name, does in _STUBS.items():
            self._program(name, f'echo "$(basename "$0") $*" >>{folder}/calls\n{does}')
        for version in ("3.9", "3.11", "3.12", "3.13", "3"):
            self._program(f"python{version}", "exit 1")
        # One Python is there. It copies an environment, for making one takes seconds.
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        copies = f'[ "$1 $2" != "-m venv" ] || exec cp -r {empty} "$3"'
        self._program(f"python{version}", f'{copies}\nexec {sys._base_executable} "$@"')

    def _program(self, name: str, does: str) -> None:
        path = self._programs / name
        path.write_text(f"#!/bin/bash\n{does}\n", encoding="utf-8")
        path.chmod(0o755)

    def publish(self, name: str, files: dict[str, str], version: str = "1.0") -> None:
        """Put a wheel into the index."""
        about = f"{name}-{version}.dist-info"
        files = files | {
            f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        with zipfile.ZipFile(self.index / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
            for path, text in files.items():
                wheel.writestr(path, text)
            wheel.writestr(f"{about}/RECORD", "".join(f"{path},,\n" for path in [*files, f"{about}/RECORD"]))

    def checkout(self, name: str) -> Path:
        made = self.folder / name
        for path in ("tools/setup", "lab/__init__.py", "lab/cache.py"):
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, made / path)
        for part, text in _REQUIREMENTS.items():
            (made / f"requirements{part}.txt").write_text(text, encoding="utf-8")
        return made

    def setup(self, checkout: Path, mode: str = "demo", code: int = 0) -> str:
        """Call it, and give back what it said."""
        variables = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "XDG_"))}
        variables |= {"HOME": str(self.folder), "PATH": f"{self._programs}:/usr/bin:/bin", "PIP_NO_INDEX": "1"}
        variables |= {"PIP_CONFIG_FILE": os.devnull}
        if self.reaches_index:
            variables["PIP_FIND_LINKS"] = str(self.index)
        done = subprocess.run(
            [str(checkout / "tools/setup"), mode], env=variables, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def fetched(self) -> list[str]:
        """Calls since the last time that reached for the network."""
        calls = self.folder / "calls"
        lines = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
        calls.unlink(missing_ok=True)
        return [line for line in lines if line.startswith(_FETCHES)]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("environment") / "empty"
    subprocess.run([sys._base_executable, "-m", "venv", str(made)], check=True)
    return made


@pytest.fixture
def machine(tmp_path: Path, empty: Path) -> Machine:
    return Machine(tmp_path, empty)


def _has(checkout: Path, name: str) -> bool:
    return bool(list(checkout.glob(f".venv/lib/python*/site-packages/{name}.py")))


def _inode(checkout: Path) -> int:
    """Which one it is: another one once the environment was made anew."""
    return (checkout / ".venv/pyvenv.cfg").stat().st_ino


def test_the_demo_gets_what_it_needs_the_tests_add_to_it_and_the_demo_leaves_that(machine: Machine) -> None:
    checkout = machine.checkout("one")
    assert "making .venv" in machine.setup(checkout)
    assert _has(checkout, "small")
    assert not _has(checkout, "large")
    assert [path.name for path in checkout.glob(".venv*")] == [".venv"]
    made = _inode(checkout)

    assert "adding requirements.txt to .venv" in machine.setup(checkout, "quick")
    assert _has(checkout, "small")
    assert _has(checkout, "large")
    assert _inode(checkout) == made

    assert machine.setup(checkout) == ""
    assert _has(checkout, "large")
    assert _inode(checkout) == made


def test_what_was_pinned_otherwise_is_made_anew(machine: Machine) -> None:
    checkout = machine.checkout("one")
    machine.setup(checkout, "quick")
    made = _inode(checkout)
    machine.publish("small", {"small.py": "", "newer.py": ""}, "2.0")
    (checkout / "requirements-demo.txt").write_text("small==2.0\n", encoding="utf-8")
    assert "making .venv" in machine.setup(checkout, "quick")
    assert _inode(checkout) != made
    assert _has(checkout, "newer")
    assert _has(checkout, "large")


def test_a_second_call_and_a_second_checkout_fetch_nothing(machine: Machine) -> None:
    machine.publish("ansible", {"ansible_collections/awx/awx/galaxy.yml": "", "other": ""}, "12.3.0")
    checkout = machine.checkout("one")
    machine.setup(checkout, "test")
    assert [line.split()[0] for line in machine.fetched() if "update" not in line] == ["apt-get", "npm"]

    machine.reaches_index = False
    said = machine.setup(checkout, "test")
    assert machine.fetched() == []
    assert "setup: making" not in said

    other = machine.checkout("two")
    machine.setup(other, "test")
    assert machine.fetched() == []
    assert _has(other, "large")
    assert (other / ".state/tools/usr/bin/promtool").exists()
    assert (other / ".state/npm/node_modules/axe-core").is_dir()
    assert (other / ".state/collections/ansible_collections/awx/awx/galaxy.yml").is_file()


def test_what_could_not_be_fetched_leaves_nothing_behind(machine: Machine) -> None:
    checkout = machine.checkout("one")
    machine.reaches_index = False
    assert "could not fetch requirements-demo.txt" in machine.setup(checkout, code=1)
    assert list((machine.folder / ".cache/acestream-vpn").iterdir()) == []
    machine.reaches_index = True
    assert "making .venv" in machine.setup(checkout)
    assert _has(checkout, "small")


def test_what_it_cannot_do_is_one_sentence(machine: Machine) -> None:
    assert machine.setup(machine.checkout("one"), "everything", code=1).startswith("setup: there is no 'everything'")
