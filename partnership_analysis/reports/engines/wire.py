"""Messages over a socket: lists of byte strings, and Python values with a socket enclosed."""

from __future__ import annotations

import pickle
import socket
import struct
from collections.abc import Iterator, Sequence
from typing import Any

_LENGTH = struct.Struct("!Q")
KEY = b"forked"
"""Signs a kernel's messages. It is no secret: only the two ends have the socket; without a key Jupyter warns."""
CHUNK = 1 << 20
"""Bytes read at a time."""


def framed(parts: Sequence[bytes]) -> bytes:
    """A list of byte strings as it travels.

    >>> Frames().fed(framed([b"stream", b""]))
    [[b'stream', b'']]
    """
    sizes = b"".join(_LENGTH.pack(len(part)) for part in parts)
    return b"".join([_LENGTH.pack(len(parts)), sizes, *parts])


class Frames:
    """Bytes as they arrive, into lists of byte strings as they become whole."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def fed(self, data: bytes) -> list[list[bytes]]:
        """What has become whole with these bytes."""
        self._bytes += data
        return list(self._whole())

    def _whole(self) -> Iterator[list[bytes]]:
        step = _LENGTH.size
        while len(self._bytes) >= step:
            (count,) = _LENGTH.unpack_from(self._bytes)
            at = step * (1 + count)
            if len(self._bytes) < at:
                return
            sizes = [_LENGTH.unpack_from(self._bytes, step * (1 + place))[0] for place in range(count)]
            if len(self._bytes) < at + sum(sizes):
                return
            parts = []
            for size in sizes:
                parts.append(bytes(self._bytes[at : at + size]))
                at += size
            del self._bytes[:at]
            yield parts


def send(wire: socket.socket, value: Any, enclosed: socket.socket | None = None) -> None:
    """Send a value, and a socket with it; both ends are ours, so pickle is safe."""
    body = pickle.dumps(value)
    head = _LENGTH.pack(len(body))
    socket.send_fds(wire, [head], [enclosed.fileno()] if enclosed is not None else [])
    wire.sendall(body)


def receive(wire: socket.socket) -> tuple[Any, socket.socket | None]:
    """The next value and the socket that came with it.

    Raises
    ------
    EOFError
        If the other end is gone.
    """
    head, handles, _, _ = socket.recv_fds(wire, _LENGTH.size, 1)
    enclosed = socket.socket(fileno=handles[0]) if handles else None
    (size,) = _LENGTH.unpack(head + _exactly(wire, _LENGTH.size - len(head)))
    return pickle.loads(_exactly(wire, size)), enclosed


def _exactly(wire: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = wire.recv(min(size - len(parts), CHUNK))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
