"""What pandas does not write in a .dta of version 118: notes, and text that is left-aligned.

Definition: Stata, ``help dta``, version 118, least significant byte first.
"""

from __future__ import annotations

import struct

from .variables import truncate_utf8

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FILE = "_dta"  # what notes are about that are about no variable
LABEL, MAP = b"<label>", b"<map>"
FORMATS, CHARACTERISTICS = 5, 8  # places of the sections in the map, which has 14 of them
OFFSETS = struct.Struct("<14Q")
FORMAT_BYTES, NAME_BYTES = 57, 129
MAX_NOTE_BYTES = 67_783  # and a NUL


def with_notes(
    data: bytes, widths: Sequence[int | None], notes: Mapping[str, Sequence[str]]
) -> bytes:
    """The file with these notes, by name of the variable or ``FILE``.

    ``widths`` are of the variables of text in characters, and None of all others.
    """
    start = _map(data)
    offsets = list(OFFSETS.unpack_from(data, start))
    changed = bytearray(data)
    formats = offsets[FORMATS] + len(b"<formats>")
    for number, width in enumerate(widths):
        if width is not None:
            place = formats + number * FORMAT_BYTES
            changed[place : place + FORMAT_BYTES] = _fixed(f"%-{width}s", FORMAT_BYTES)
    added = b"".join(_characteristics(notes))
    place = offsets[CHARACTERISTICS] + len(b"<characteristics>")
    changed[place:place] = added
    moved = [offset + len(added) for offset in offsets[CHARACTERISTICS + 1 :]]
    OFFSETS.pack_into(changed, start, *offsets[: CHARACTERISTICS + 1], *moved)
    return bytes(changed)


def _map(data: bytes) -> int:
    """Where the map of sections begins, behind the label of the file, in which may be anything."""
    place = data.index(LABEL) + len(LABEL)
    (length,) = struct.unpack_from("<H", data, place)
    return data.index(MAP, place + 2 + length) + len(MAP)


def _characteristics(notes: Mapping[str, Sequence[str]]) -> Iterator[bytes]:
    """The notes as Stata has them: their number is ``note0``, and then there is each of them."""
    for name, texts in notes.items():
        for number, text in enumerate([str(len(texts)), *texts]):
            names = _fixed(name, NAME_BYTES) + _fixed(f"note{number}", NAME_BYTES)
            note = truncate_utf8(text.replace("\0", " "), MAX_NOTE_BYTES)
            content = names + note.encode() + b"\0"
            yield b"<ch>" + struct.pack("<I", len(content)) + content + b"</ch>"


def _fixed(text: str, size: int) -> bytes:
    """The text in so many bytes."""
    return text.encode().ljust(size, b"\0")
