# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state directory of one host: memory, journal and documents, and the locks that guard them.

=================  ====  ==========================================================
C(memory.json)     0600  what is remembered; read and written under C(memory.lock)
C(journal.log)     0640  one line for each transition; written under C(memory.lock)
C(journal.jsonl)   0640  the same as JSON
C(last_run.json)   0644  how the last recovery run ended, and which are under way; written under C(memory.lock)
C(memory.lock)     0600  held for the moment of an update
C(act.lock)        0600  held by the one program that acts on the host's containers
=================  ====  ==========================================================

Files are replaced whole (write, fsync, rename), so that a crash leaves the old or the new one. The journal only grows,
by whole lines: what cannot be written whole is taken back.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple, TypeVar

from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import (
    Memory,
    MemoryFormatError,
    from_document,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import WARN, Transition
from ansible_collections.acestream.vpn.plugins.module_utils._publish.journal import as_json, as_line

Result = TypeVar("Result")

MEMORY_LOCK = "memory.lock"
ACT_LOCK = "act.lock"
#: A journal file that has grown to this size is set aside as C(.1), bytes.
JOURNAL_MAX = 5 * 1024 * 1024
#: How far back one run's own lines are looked for, bytes.
_JOURNAL_TAIL = 64 * 1024
#: Seconds between two attempts to get a lock that another program holds.
_LOCK_POLL = 0.05


class StoreError(Exception):
    """The state directory cannot be used; the message says why and what to do."""


class Busy(StoreError):
    """Another program held the lock for longer than the caller would wait."""


class Store:
    """The state directory.

    :param directory: made with mode 0755 on the first write.
    :param lock_timeout: how long to wait for the memory's lock, seconds.
    :ivar tags: what C(journal.jsonl) keeps of the run that writes a line, beside what the line says.
    """

    def __init__(self, directory: str, lock_timeout: float = 10.0) -> None:
        self.directory = directory
        self.lock_timeout = lock_timeout
        self.tags: Dict[str, str] = {}

    def path(self, name: str) -> str:
        return os.path.join(self.directory, name)

    def load(self) -> Tuple[Memory, Optional[str]]:
        """Read the memory; a second value says what is wrong with the file, if anything.

        :raises StoreError: the file exists and cannot be read.
        """
        try:
            with open(self.path("memory.json"), encoding="utf-8") as handle:
                return from_document(json.load(handle)), None
        except FileNotFoundError:
            # Whoever wrote a journal wrote a memory, too.
            if not os.path.exists(self.path("journal.jsonl")):
                return Memory(), None
            return Memory(), f"{self.path('memory.json')} is gone: starting with an empty memory"
        except (ValueError, MemoryFormatError) as error:
            return Memory(), f"{self.path('memory.json')} is torn or foreign ({error}): starting with an empty memory"
        except OSError as error:
            raise self._unusable("read", error) from error

    def remembered(self) -> Memory:
        """The memory for those to whom one that cannot be read is as good as none."""
        try:
            return self.load()[0]
        except StoreError:
            return Memory()

    def update(
        self,
        change: Callable[[Memory], Tuple[Memory, Result]],
        tell: Optional[Callable[[Result], Iterable[Transition]]] = None,
        publish: Optional[Callable[[Result], None]] = None,
    ) -> Tuple[Result, Optional[str]]:
        """Read, change and write the memory under its lock, and the journal with it.

        Both are written, or none is: a change that could not be told is made, and told, the next time. All programs
        that judge this host so tell one history, in the order in which it was.

        :param tell: gives what goes into the journal, of what C(change) returned; None: nothing. That the old memory
            is lost is told in any case.
        :param publish: called with what C(change) returned, with the lock still held: nobody's newer documents are
            then replaced by older ones.
        :returns: what C(change) returned, and a warning if the old memory is lost.
        :raises StoreError: the directory cannot be used, or the lock was not to be had.
        """
        with self.lock(MEMORY_LOCK, self.lock_timeout):
            memory, warning = self.load()
            after, result = change(memory)
            transitions = list(tell(result)) if tell else []
            if warning:
                transitions.insert(0, Transition(time.time(), WARN, "memory_lost", warning))
            if after != memory or warning:
                with self._replacement("memory.json", after.as_document(), 0o600):
                    self._append(transitions)
                    if warning:
                        self._set_aside()
            else:
                self._append(transitions)
            if publish:
                publish(result)
            return result, warning

    def write(self, name: str, document: Any, mode: int) -> None:
        """Replace one JSON file whole.

        :raises StoreError: it cannot be written.
        """
        with self._replacement(name, document, mode):
            pass

    @contextlib.contextmanager
    def _replacement(self, name: str, document: Any, mode: int) -> Iterator[None]:
        """Have a file's successor on the disk, and put it in place at the end; what fails meanwhile keeps the old one.

        :raises StoreError: it cannot be written.
        """
        temporary = self.path(f".{name}.{os.getpid()}")
        try:
            self._make_directory()
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
            with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
                os.fchmod(handle.fileno(), mode)
                json.dump(document, handle, sort_keys=True)
                handle.write("\n")
                handle.flush()
                os.fsync(handle.fileno())
            yield
            os.rename(temporary, self.path(name))
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            if isinstance(error, OSError):
                raise self._unusable("write to", error) from error
            raise

    def note(self, transitions: Iterable[Transition]) -> List[str]:
        """Add transitions to the journal and return its lines.

        Not within C(update), which holds the same lock: it has C(tell).

        :raises StoreError: they cannot be written; then none of them is in the journal.
        """
        transitions = list(transitions)
        if transitions:
            with self.lock(MEMORY_LOCK, self.lock_timeout):
                self._append(transitions)
        return [as_line(item) for item in transitions]

    def journal_since(self, moment: str) -> List[str]:
        """The journal's lines from a moment on, as their own time stamps have it. An unreadable journal has none."""
        try:
            with open(self.path("journal.log"), encoding="utf-8", errors="replace") as handle:
                size = handle.seek(0, os.SEEK_END)
                handle.seek(max(0, size - _JOURNAL_TAIL))
                return [line for line in handle.read().splitlines() if line[: len(moment)] >= moment]
        except OSError:
            return []

    def events_since(self, moment: float) -> List[Dict[str, Any]]:
        """The journal's lines from a moment on, as documents. What cannot be read of it is left out."""
        found = []
        try:
            with open(self.path("journal.jsonl"), encoding="utf-8", errors="replace") as handle:
                for line in handle:
                    with contextlib.suppress(ValueError):
                        found.append(json.loads(line))
        except OSError:
            return []
        return [event for event in found if isinstance(event, dict) and event.get("at", 0) >= moment]

    @contextlib.contextmanager
    def lock(self, name: str, timeout: float) -> Iterator[None]:
        """Hold one of the locks. The kernel lets go of it when the program ends, however it ends.

        :raises Busy: another program held it for C(timeout) seconds.
        """
        try:
            self._make_directory()
            descriptor = os.open(self.path(name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unusable("write to", error) from error
        try:
            deadline = time.monotonic() + timeout
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError:
                    if time.monotonic() >= deadline:
                        raise Busy(f"another run has held {self.path(name)} for {timeout:.0f} s") from None
                    time.sleep(_LOCK_POLL)
            yield
        finally:
            os.close(descriptor)

    def _append(self, transitions: List[Transition]) -> None:
        """Add to both journals, or to none of them. The memory's lock is held, so that nobody else writes.

        :raises StoreError: they cannot be written.
        """
        if not transitions:
            return
        with contextlib.ExitStack() as undo:
            documents = [as_json(item, self.tags) for item in transitions]
            for name, lines in (("journal.jsonl", documents), ("journal.log", map(as_line, transitions))):
                try:
                    self._make_directory()
                    self._append_to(self.path(name), "".join(line + "\n" for line in lines), undo)
                except OSError as error:
                    raise self._unusable("write to", error) from error
            undo.pop_all()

    @staticmethod
    def _append_to(path: str, text: str, undo: contextlib.ExitStack) -> None:
        with contextlib.suppress(FileNotFoundError):
            if os.path.getsize(path) > JOURNAL_MAX:
                os.rename(path, path + ".1")
        with open(path, "ab+", buffering=0, opener=_private) as handle:
            size = handle.seek(0, os.SEEK_END)
            undo.callback(_shorten, path, size)
            # A program that was killed, or a full disk, may have left a line without its end: it spoils no other one.
            if size and (handle.seek(size - 1), handle.read(1))[1] != b"\n":
                text = "\n" + text
            rest = text.encode("utf-8")
            while rest:
                rest = rest[handle.write(rest) :]
            # The memory is on the disk already; what it stands on must not get lost to a power cut either.
            os.fsync(handle.fileno())

    def _set_aside(self) -> None:
        aside = self.path(f"memory.json.bad-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}")
        try:
            with contextlib.suppress(FileNotFoundError):
                os.rename(self.path("memory.json"), aside)
        except OSError as error:
            raise self._unusable("write to", error) from error

    def _make_directory(self) -> None:
        os.makedirs(self.directory, mode=0o755, exist_ok=True)

    def _unusable(self, verb: str, error: OSError) -> StoreError:
        return StoreError(
            f"cannot {verb} the state directory {self.directory}: {error.strerror}. "
            "Run with become, free space on its disk, or set recovery_state_dir to a directory that can be written"
        )


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o640)


def _shorten(path: str, size: int) -> None:
    with contextlib.suppress(OSError):
        os.truncate(path, size)
