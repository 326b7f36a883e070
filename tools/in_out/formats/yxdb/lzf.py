"""LZF, the compression of .yxdb blocks.

A block is a chain of tokens. A control byte below 32 stands before that many bytes plus one, taken as they are; any
other says how many bytes to repeat, and from how far back.

The work is done by Marc Lehmann's liblzf, which h5py carries as a filter for HDF5 (and h5py comes with Keras). Where
its library shows the functions (Linux, macOS), they are called as they are, without importing h5py, and let go of
Python's lock; elsewhere (Windows) the filter is used through a file in memory, at half the speed. Without h5py, blocks
are expanded in plain Python, thirty times slower, and written as they are, which every reader accepts.
"""

from __future__ import annotations

import ctypes
import secrets
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np

from tools.in_out.formats.yxdb.arrays import Bytes


def decompress(source: bytes, target: Bytes) -> int:
    """Expand `source` into `target`; returns the number of bytes written.

    Raises:
        ValueError: the data are no LZF, or expand to more than `target` holds.
    """
    size = _codec().decompress(source, target) if source else 0
    if not size:
        raise ValueError(f"the block is no LZF data that expands to at most {len(target):,} bytes")
    return size


def compress(block: Bytes) -> Bytes | None:
    """The block in LZF; None where that saves less than a sixteenth, or where no compressor is at hand."""
    return _codec().compress(np.ascontiguousarray(block), len(block) * 15 // 16) if len(block) >= 16 else None


class Codec(Protocol):
    """One way to do it. Both work on contiguous bytes."""

    def decompress(self, source: bytes, target: Bytes) -> int:
        """Expand into `target`; the size, 0 for damaged data."""

    def compress(self, block: Bytes, limit: int) -> Bytes | None:
        """At most `limit` bytes, or None."""


@cache
def _codec() -> Codec:
    for make in (Library, Filter):
        try:
            return make()
        except (ImportError, OSError, AttributeError):
            continue
    return Plain()


class Library:
    """liblzf's functions, out of h5py's library that carries them.

    Raises:
        ImportError: there is no h5py.
        OSError, AttributeError: it does not show them.
    """

    def __init__(self) -> None:
        package = find_spec("h5py")
        folders = package.submodule_search_locations if package else None
        if not folders:
            raise ImportError("h5py")
        self._library = ctypes.CDLL(str(next(Path(folders[0]).glob("h5z.*"), "h5z")))
        for function in (self._library.lzf_compress, self._library.lzf_decompress):
            function.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p, ctypes.c_uint]
            function.restype = ctypes.c_uint

    def decompress(self, source: bytes, target: Bytes) -> int:
        return int(self._library.lzf_decompress(source, len(source), target.ctypes.data, len(target)))

    def compress(self, block: Bytes, limit: int) -> Bytes | None:
        target = np.empty(limit, dtype=np.uint8)
        size = self._library.lzf_compress(block.ctypes.data, len(block), target.ctypes.data, limit)
        return target[:size] if size else None


class Filter:
    """liblzf behind HDF5's filter: a chunk that is written raw is read back expanded, and the other way round.

    Raises:
        ImportError: there is no h5py.
    """

    def __init__(self) -> None:
        import h5py

        self._file = h5py.File

    def decompress(self, source: bytes, target: Bytes) -> int:
        mark = secrets.token_bytes(16)  # the filter does not say how much came out: look where this is
        size = len(target) + len(mark)
        with self._file("lzf", "w", driver="core", backing_store=False) as file:
            chunk = file.create_dataset("block", shape=(size,), chunks=(size,), dtype="u1", compression="lzf")
            chunk.id.write_direct_chunk((0,), source + bytes([len(mark) - 1]) + mark)
            try:
                data = chunk[:]
            except OSError:
                return 0
        found = max(0, bytes(data).find(mark))
        target[:found] = data[:found]
        return found

    def compress(self, block: Bytes, limit: int) -> Bytes | None:
        with self._file("lzf", "w", driver="core", backing_store=False) as file:
            chunk = file.create_dataset("block", data=block, chunks=block.shape, compression="lzf")
            file.flush()
            skipped, packed = chunk.id.read_direct_chunk((0,))
        return None if skipped or len(packed) > limit else np.frombuffer(packed, dtype=np.uint8)


class Plain:
    """In plain Python."""

    def decompress(self, source: bytes, target: Bytes) -> int:
        out = bytearray()
        at = 0
        try:
            while at < len(source) and len(out) <= len(target):
                control = source[at]
                step = self._literals if control < 32 else self._repeat
                at = step(source, at + 1, control, out)
        except IndexError:  # the block ends within a token, or refers to bytes before its start
            return 0
        if len(out) > len(target):
            return 0
        target[: len(out)] = np.frombuffer(out, dtype=np.uint8)
        return len(out)

    def compress(self, block: Bytes, limit: int) -> Bytes | None:
        return None

    def _literals(self, source: bytes, at: int, control: int, out: bytearray) -> int:
        if at + control >= len(source):
            raise IndexError
        out += source[at : at + control + 1]
        return at + control + 1

    def _repeat(self, source: bytes, at: int, control: int, out: bytearray) -> int:
        length = (control >> 5) + 2
        if length == 9:
            length += source[at]
            at += 1
        begin = len(out) - (((control & 31) << 8 | source[at]) + 1)
        if begin < 0:
            raise IndexError
        piece = bytes(out[begin : begin + length])
        out += (piece * (length // len(piece) + 1))[:length]  # the piece may reach into what it makes
        return at + 1
