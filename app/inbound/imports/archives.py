"""Zip archives from outside: few files, no paths, no links, bounded before and while unpacked."""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

SIGNATURE = b"PK\x03\x04"
MOST_BYTES = 100 * 1024 * 1024
MOST_RATIO = 100
MOST_FILES = 100
MOST_DIRECTORY = 256 * 1024
PIECE = 64 * 1024

END, END_SIZE, MOST_COMMENT = b"PK\x05\x06", 22, 65_535
LOCATOR_64, LOCATOR_SIZE = b"PK\x06\x07", 20
ENCRYPTED = 0x1
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
DAMAGES = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError)

DAMAGED = "The archive is damaged."
TOO_MANY = f"The archive has more than {MOST_FILES} files."
TOO_LARGE = f"The archive holds more than {MOST_BYTES} bytes, or more than {MOST_RATIO} of each."
NO_PATHS = "The archive has a file with a path, a folder or a link."
OTHER_METHOD = "The archive has a file that is encrypted or packed in another way than deflate."


class ArchiveRefused(Exception):
    """The archive is damaged, or larger or of another kind than we unpack."""


def is_archive(stream: IO[bytes]) -> bool:
    """Whether the stream begins as a zip archive does; it is at its beginning again."""
    stream.seek(0)
    head = stream.read(len(SIGNATURE))
    stream.seek(0)
    return head == SIGNATURE


def files_in(stream: IO[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The names and pieces of the files, in the archive's order; read one before the next.

    Raises ArchiveRefused: for what the directory says before the first file, else where it is.
    """
    try:
        _check_directory(stream)
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            _check(members)
            for member in members:
                yield member.filename, _pieces(archive, member)
    except DAMAGES as error:
        raise ArchiveRefused(DAMAGED) from error


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(member) as file:
            while piece := file.read(PIECE):
                yield piece
    except DAMAGES as error:
        raise ArchiveRefused(DAMAGED) from error


def _check_directory(stream: IO[bytes]) -> None:
    """That the directory is small: it is read whole. The large format is not needed for so few."""
    size = stream.seek(0, 2)
    start = max(size - MOST_COMMENT - END_SIZE - LOCATOR_SIZE, 0)
    stream.seek(start)
    tail = stream.read()
    stream.seek(0)
    place = tail.rfind(END)
    end = tail[place : place + END_SIZE] if place >= 0 else b""
    if len(end) < END_SIZE:
        raise ArchiveRefused(DAMAGED)
    files, directory = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    large = tail[max(place - LOCATOR_SIZE, 0) : place].startswith(LOCATOR_64)
    if files > MOST_FILES or directory > MOST_DIRECTORY or large:
        raise ArchiveRefused(TOO_MANY)


def _check(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_FILES:
        raise ArchiveRefused(TOO_MANY)
    for one in members:
        if not is_plain_name(one.filename) or stat.S_ISLNK(one.external_attr >> 16):
            raise ArchiveRefused(NO_PATHS)
        if one.flag_bits & ENCRYPTED or one.compress_type not in METHODS:
            raise ArchiveRefused(OTHER_METHOD)
        if one.file_size > MOST_RATIO * max(one.compress_size, 1):
            raise ArchiveRefused(TOO_LARGE)
    if sum(one.file_size for one in members) > MOST_BYTES:
        raise ArchiveRefused(TOO_LARGE)


def is_plain_name(name: str) -> bool:
    """Whether a name is one of a file in no folder."""
    return name.isprintable() and not set(name) & set("/\\:\0") and name.strip(". ") != ""
