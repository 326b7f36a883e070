"""LZF, the compression of .yxdb blocks.

A block is a chain of tokens. A control byte below 32 stands before that many bytes plus one, taken as they are; any
other says how many bytes to repeat, and from how far back.

The work is done by Marc Lehmann's liblzf. h5py, which comes with Keras, carries it in one of its libraries; it is
loaded from there without importing h5py. Where it cannot be found, blocks are decoded in plain Python, about thirty
times slower, and written uncompressed, which every reader accepts.
"""

from __future__ import annotations

import ctypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from tools.in_out.formats.yxdb.arrays import Bytes


@cache
def _library() -> ctypes.CDLL | None:
    package = find_spec("h5py")
    for folder in package.submodule_search_locations or () if package else ():
        for file in sorted(Path(folder).glob("h5z.*")):
            try:
                library = ctypes.CDLL(str(file))
                for function in (library.lzf_compress, library.lzf_decompress):
                    function.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p, ctypes.c_uint]
                    function.restype = ctypes.c_uint
            except (OSError, AttributeError):
                continue
            return library
    return None


def decompress(source: bytes, target: Bytes) -> int:
    """Expand `source` into `target`; returns the number of bytes written.

    Raises:
        ValueError: the data are no LZF, or expand to more than `target` holds.
    """
    library = _library()
    if library is None:
        return _decompress(source, target)
    size = library.lzf_decompress(source, len(source), target.ctypes.data, len(target)) if source else 0
    if not size:
        raise ValueError(f"the block is no LZF data that expands to at most {len(target):,} bytes")
    return int(size)


def compress(block: Bytes) -> Bytes | None:
    """The block in LZF; None where that saves less than a sixteenth, or where no compressor is at hand."""
    library = _library()
    if library is None or len(block) < 16:
        return None
    block = np.ascontiguousarray(block)
    target = np.empty(len(block) * 15 // 16, dtype=np.uint8)
    size = library.lzf_compress(block.ctypes.data, len(block), target.ctypes.data, len(target))
    return target[:size] if size else None


def _decompress(source: bytes, target: Bytes) -> int:
    """`decompress` in plain Python."""
    out = bytearray()
    at = 0
    try:
        while at < len(source):
            control = source[at]
            at += 1
            at = _literals(source, at, control + 1, out) if control < 32 else _repeat(source, at, control, out)
            if len(out) > len(target):
                raise ValueError(f"the block expands to more than {len(target):,} bytes")
    except IndexError as error:
        raise ValueError("the block ends within a token") from error
    if not out:
        raise ValueError("the block is empty")
    target[: len(out)] = np.frombuffer(out, dtype=np.uint8)
    return len(out)


def _literals(source: bytes, at: int, count: int, out: bytearray) -> int:
    out += source[at : at + count]
    if at + count > len(source):
        raise IndexError
    return at + count


def _repeat(source: bytes, at: int, control: int, out: bytearray) -> int:
    length = control >> 5
    if length == 7:
        length += source[at]
        at += 1
    length += 2
    distance = ((control & 31) << 8 | source[at]) + 1
    begin = len(out) - distance
    if begin < 0:
        raise ValueError("the block refers to bytes before its start")
    piece = bytes(out[begin : begin + length])
    out += (piece * (length // len(piece) + 1))[:length]  # the piece may reach into what it makes
    return at + 1
