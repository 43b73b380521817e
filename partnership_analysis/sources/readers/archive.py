"""The parts of a workbook that is a ZIP archive, unpacked in pieces, in memory, under limits.

Nothing is ever written, so what a part is called (``../../etc/passwd``) does not matter. Sizes that the
archive declares are checked against what really comes out.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from partnership_analysis.settings import Limits
from partnership_analysis.sources.readers.safety import MB, damaged, too_large

_PACKED, _CHUNK = MB // 4, 4 * MB
_SUSPICIOUS = 10 * MB
_LOCAL_HEADER = 30
_MOST_PARTS = 20_000


class Archive:
    """An archive whose table of contents is in order.

    Parameters
    ----------
    path : Path
    limits : Limits

    Raises
    ------
    SourceError
        If it is damaged, its parts overlap, or it unpacks to too much.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        """Read the table of contents and check it."""
        self.path, self.limits = path, limits
        try:
            with zipfile.ZipFile(path) as archive:
                self.parts = {info.filename: info for info in archive.infolist()}
                count, end = len(archive.infolist()), archive.start_dir
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, IndexError):
            damaged(path.name, "its table of contents cannot be read")
        if count != len(self.parts) or count > _MOST_PARTS:
            damaged(path.name, "its table of contents names parts twice")
        self._check(end)

    def _check(self, end: int) -> None:
        total = 0
        before = 0
        for info in sorted(self.parts.values(), key=lambda info: info.header_offset):
            if info.header_offset < before or info.header_offset + info.compress_size > end:
                damaged(self.path.name, "its parts overlap")
            before = info.header_offset + _LOCAL_HEADER + info.compress_size
            total += info.file_size
            ratio = info.file_size / max(1, info.compress_size)
            if info.file_size > _SUSPICIOUS and ratio > self.limits.ratio:
                too_large(self.path.name, self.limits)
        if total > self.limits.unpacked_mb * MB:
            too_large(self.path.name, self.limits)

    @property
    def encrypted(self) -> bool:
        """Whether a part needs a password."""
        return any(info.flag_bits & 1 for info in self.parts.values())

    def find(self, name: str) -> str | None:
        r"""The part of that name, whatever its case and slashes.

        Some programs write ``\`` for ``/``, or begin with it.
        """
        wanted = _plain(name)
        return next((part for part in self.parts if _plain(part) == wanted), None)

    def read(self, part: str) -> bytes:
        """A whole part."""
        return b"".join(self.chunks(part))

    def chunks(self, part: str) -> Iterator[bytes]:
        """A part in pieces of a few megabytes, the next one unpacked while this one is looked at."""
        pieces = self._pieces(part)
        with ThreadPoolExecutor(1) as ahead:
            coming = ahead.submit(next, pieces, b"")
            while piece := coming.result():
                coming = ahead.submit(next, pieces, b"")
                yield piece

    def _pieces(self, part: str) -> Iterator[bytes]:
        info = self.parts[part]
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            damaged(self.path.name, "a part is packed in a way that no spreadsheet program uses")
        left = info.file_size
        with self.path.open("rb") as file:
            file.seek(info.header_offset)
            header = file.read(_LOCAL_HEADER)
            if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
                damaged(self.path.name, "a part is not where it should be")
            file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
            packed = info.compress_size
            stored = info.compress_type == zipfile.ZIP_STORED
            inflate = zlib.decompressobj(-15)
            while packed > 0:
                piece = file.read(min(_PACKED, packed))
                packed -= len(piece)
                if not piece:
                    damaged(self.path.name, "it ends too early")
                while piece:
                    try:
                        out = piece if stored else inflate.decompress(piece, _CHUNK)
                    except zlib.error:
                        damaged(self.path.name, "a part cannot be unpacked")
                    piece = b"" if stored else inflate.unconsumed_tail
                    left -= len(out)
                    if left < 0:
                        damaged(self.path.name, "a part is larger than it says")
                    if out:
                        yield out
            if rest := b"" if stored else inflate.flush():
                yield rest


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
