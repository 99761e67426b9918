"""Characters that are not what they look like, and white space that no reader sees.

Definitions: Unicode 15, General_Category, Default_Ignorable_Code_Point, NFC and NFKC. Characters
that no version of Unicode has assigned yet are let through: which they are depends on the Python.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# --- kinds of characters --------------------------------------------------------------------------

CONTROL = r"\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029"
SPACE = r"\xa0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000"
LOST = r"\ufff9-\ufffd\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff" + "".join(
    rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 15)
)
LOST += r"\U000f0000-\U0010ffff"
# What Unicode calls default ignorable, without joiners and direction marks.
INVISIBLE = (
    r"\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff"
)
# Ligatures, wide, narrow, small, circled and styled letters, Roman numerals of one character,
# letters of phonetics that look like a and g, Arabic letters in one of their shapes.
STYLED = (
    r"\ufb00-\ufb06\uff01-\uff9f\uffa1-\uffdc\U0001d400-\U0001d7ff\u1d00-\u1d6a\u24b6-\u24e9"
    r"\U0001f130-\U0001f189\u2160-\u2188\u0251\u0261\ufb50-\ufbb1\ufbd3-\ufd3d\ufe70-\ufefc"
)
JOINER, DIRECTION = r"\u200c\u200d", r"\u200e\u200f\u061c"
# Greek, Cyrillic, Armenian, Cherokee, Coptic and Lisu have letters that look Latin.
LATIN = r"A-Za-z\xc0-\u024f"
LIKE_LATIN = (
    r"\u0370-\u03ff\u0400-\u052f\u0531-\u0587\u13a0-\u13fd\u2c80-\u2cff\ua4d0-\ua4ff\uab70-\uabbf"
)
# UTF-8 that was read as Windows-1252: é became Ã©. A quotation mark or a dash may follow a letter.
TRAIL = r"\xa1-\xbf€‚ƒ„†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ"
MISREAD = re.compile(rf"[ÂÃ][{TRAIL}]|â€|(?:[ÐÑØÙ][{TRAIL}‘’“”–—…]){{2}}")

# The scripts whose letters change shape beside others, so that a joiner between them can be seen.
JOINING = frozenset(
    (
        *("ADLAM", "ARABIC", "BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "KANNADA", "KHMER"),
        *("MALAYALAM", "MANDAIC", "MONGOLIAN", "MYANMAR", "NKO", "ORIYA", "PHAGS-PA", "SINHALA"),
        *("SYRIAC", "TAMIL", "TELUGU", "TIBETAN"),
    )
)


def _name(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()


def _is_joined(text: str, place: int) -> bool:
    """Whether the letters on both sides of a joiner are of one script that needs it."""
    sides = text[max(place - 1, 0) : place], text[place + 1 : place + 2]
    scripts = [unicodedata.name(side, "").partition(" ")[0] if side else "" for side in sides]
    return scripts[0] == scripts[1] and scripts[0] in JOINING


def _is_directed(text: str, place: int) -> bool:
    """Whether the nearest letter before or after a direction mark is written from the right."""
    before = next((char for char in reversed(text[:place]) if char.isalpha()), "")
    after = next((char for char in text[place + 1 :] if char.isalpha()), "")
    return any(side and unicodedata.bidirectional(side) in ("R", "AL") for side in (before, after))


def _never(text: str, place: int) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """A kind of characters: which they are, why they are refused, and where they may stand."""

    characters: str  # the inside of a character class
    why: str
    is_right: Callable[[str, int], bool] = _never

    def first(self, text: str) -> str:
        """The first character of this kind in a text that should not be there, or none."""
        for found in re.finditer(f"[{self.characters}]", text):
            if not self.is_right(text, found.start()):
                return found.group()
        return ""


KINDS = {
    "control-character": Kind(CONTROL, "texts have printed characters only"),
    "lost-character": Kind(LOST, "the trace of a lost encoding; write what was meant"),
    "invisible-character": Kind(INVISIBLE, "cannot be seen; take it out"),
    "odd-space": Kind(SPACE, "looks like a space; write an ordinary one"),
    "styled-letter": Kind(STYLED, "looks like other letters; write those"),
    "joiner": Kind(JOINER, "joins nothing here; take it out", _is_joined),
    "direction-mark": Kind(DIRECTION, "beside no letter written from the right", _is_directed),
}
SUSPECT = re.compile(f"[{CONTROL}{LOST}{INVISIBLE}{SPACE}{STYLED}{JOINER}{DIRECTION}]")
# What is no printed character of Latin-1: few of a text, so that the rest need not be looked at.
UNUSUAL = re.compile(r"[^\n -~\xa1-\xac\xae-\xff]+")
MIXES = re.compile(rf"[{LIKE_LATIN}](?:[{LATIN}]|(?<=[{LATIN}].))")
MIXED = re.compile(rf"\w*(?:[{LATIN}][{LIKE_LATIN}]|[{LIKE_LATIN}][{LATIN}])\w*")
UNSEEN_SPACE = "has a space at an end, or two in a row; one between words is right"
UNSEEN = ("  ", "\n ", " \n")
ASCII_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


# --- checks ---------------------------------------------------------------------------------------


def is_plain(text: str) -> bool:
    """Whether a text of any number of lines has nothing of which ``problems`` would speak."""
    if text.isascii():
        return ASCII_CONTROL.search(text) is None
    unusual = "".join(UNUSUAL.findall(text))
    if SUSPECT.search(unusual) or not unicodedata.is_normalized("NFC", text):
        return False
    return MIXES.search(text) is None and MISREAD.search(text) is None


def problems(line: str) -> Iterator[tuple[str, str]]:
    """Rule and message for each kind of character in a line that should not be there."""
    if is_plain(line):
        return
    if not unicodedata.is_normalized("NFC", line):
        yield "nfc", "characters are not in Unicode NFC; normalise them"
    for rule, kind in KINDS.items():
        found = kind.first(line)
        if found:
            yield rule, f"character {_name(found)}: {kind.why}"
    if misread := MISREAD.search(line):
        yield "lost-character", f"characters {misread.group()!r}: {KINDS['lost-character'].why}"
    if MIXES.search(line) and (mixed := MIXED.search(line)):
        yield "mixed-scripts", f"the word {mixed.group()!a} mixes Latin with other letters"


def has_unseen_space(text: str) -> bool:
    """Whether a line of a text begins or ends with a space, or has two in a row."""
    return any(map(f"\n{text}\n".__contains__, UNSEEN))
