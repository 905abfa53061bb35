# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words that a container is started with, as a shell would have them, and the ports among them. Pure.

Nothing is executed: variables of the container's own environment are put in, and that is all. The work is bounded,
however large the texts are: an engine's options are short, and what is longer is not one's.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import re
import shlex
from typing import Any, Dict, Iterable, List, Optional

#: Characters of all words together, of a value that is put in, and how many are put into one word.
_LONGEST_TEXT = 16_384
_LONGEST_VALUE = 4096
_MOST_IN_WORD = 16
#: How often a line may be one word of another one, as in C(sh -c "su user -c 'engine ...'").
_DEEPEST = 3
#: Words of a command, and variables, that are looked at.
_MOST_WORDS = 1000
_MOST_VARIABLES = 2000
#: C($NAME), C(${NAME}), and C(${NAME:-default}) with its variants.
_REFERENCE = re.compile(r"\$(?:\{([A-Za-z_]\w*)(?:(:?)[-=]([^{}$]*))?\}|([A-Za-z_]\w*))")
_PORT = re.compile(r"[0-9]{1,5}")


def variables(config: Dict[str, Any]) -> Dict[str, str]:
    """The container's environment by name. Values that are too long to be an engine's options are left out.

    :param config: C(Config) of C(docker inspect).
    """
    found: Dict[str, str] = {}
    for item in _listed(config.get("Env"))[:_MOST_VARIABLES]:
        name, is_set, value = item.partition("=")
        if is_set and len(value) <= _LONGEST_TEXT:
            found[name] = value
    return found


def command_words(config: Dict[str, Any], env: Dict[str, str]) -> List[str]:
    """The words of entry point and command; a whole command line in one word, as a shell is given, is split."""
    given = [*_listed(config.get("Entrypoint")), *_listed(config.get("Cmd"))][:_MOST_WORDS]
    return _together(given, env, _DEEPEST)


def words_of(text: str, env: Dict[str, str]) -> List[str]:
    """The words of a text, with the variables that it names put in."""
    return _together(_split(text), env, _DEEPEST - 1)


def option(words: List[str], name: str) -> Optional[int]:
    """The port that an option gives, as C(--port 1) or C(--port=1); the last one counts."""
    found = None
    for at, word in enumerate(words):
        if word == name and at + 1 < len(words):
            found = as_port(words[at + 1]) or found
        elif word.startswith(name + "="):
            found = as_port(word[len(name) + 1 :]) or found
    return found


def as_port(value: Any) -> Optional[int]:
    """A port number, also between blanks or quotes; None: it is none."""
    if isinstance(value, str):
        # To read a number of a megabyte would take its time.
        text = value.strip(" \t\r\n'\"")
        value = int(text) if _PORT.fullmatch(text) else None
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 < value < 65536 else None


def _listed(value: Any) -> List[str]:
    """A list of texts as Docker gives it; an entry point or a command may also be one text."""
    if isinstance(value, str):
        return [value]
    return [word for word in value if isinstance(word, str)] if isinstance(value, (list, tuple)) else []


def _together(given: Iterable[str], env: Dict[str, str], deeper: int) -> List[str]:
    """These words with variables put in, and lines that are one word split; what is beyond the limit is left out.

    :param deeper: how often a line may hold another one.
    """
    words: List[str] = []
    length = 0
    for word in given:
        length += len(word)
        if length > _LONGEST_TEXT:
            break
        is_line = deeper and len(word.split()) > 1 and ("--" in word or "$" in word)
        made = _together(_split(word), env, deeper - 1) if is_line else _filled(word, env)
        length += sum(map(len, made)) if len(made) > 1 else 0
        words.extend(made)
    return words


def _filled(word: str, env: Dict[str, str]) -> List[str]:
    """A word with its variables put in: as many words as a shell would make of it."""
    if "$" not in word:
        return [word]
    filled = _REFERENCE.sub(lambda found: _value(found, env), word, count=_MOST_IN_WORD)
    return [word] if filled == word else filled.split()


def _value(found: "re.Match[str]", env: Dict[str, str]) -> str:
    name, colon, default = found[1] or found[4], found[2], found[3]
    value = env.get(name)
    if default is not None and (value is None or (colon and not value)):
        return default
    return value if value is not None and len(value) <= _LONGEST_VALUE else ""


def _split(text: str) -> List[str]:
    """Split as a shell does. The ends of lines are often written with a backslash, in both senses of it."""
    text = text.replace("\\\n", " ").replace("\\n", "\n")
    lexer = shlex.shlex(text, posix=True, punctuation_chars=";&|()<>")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:
        return text.split()
