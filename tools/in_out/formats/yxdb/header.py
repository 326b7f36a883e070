"""The first 512 bytes of a .yxdb file."""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass

from tools.in_out.formats.yxdb.errors import Damaged, Refused

SIZE = 512
_MAGIC = b"Alteryx Database File"
_MAGIC_E2 = b"Alteryx e2 Database file"
_TEXT = _MAGIC + b"  (C) 2020 Alteryx\r\n"  # as Alteryx writes it; readers look at the first 21 bytes
_AMP_HINT = "Turn AMP off in the workflow that writes it (Runtime tab, Use AMP Engine), or write CSV or Parquet there."
_OTHER_HINT = "Check the path; for a file that was never finished, run its workflow again."
_PLAIN = 0x00440204  # a file without a spatial index
_FORM = struct.Struct("<64sIi8xI4xqqqi396x")


@dataclass(frozen=True)
class Header:
    """What the header says.

    Attributes:
        metadata_units: length of the metadata in UTF-16 code units, the final NUL included.
        index: file offset of the record-block index; 0 where there is none.
        records: how many there are.
        compressed: whether the records are cut into blocks; else they follow the metadata as they are.
    """

    metadata_units: int
    index: int
    records: int
    compressed: bool = True

    @property
    def data(self) -> int:
        """File offset of the first block."""
        return SIZE + 2 * self.metadata_units

    def pack(self) -> bytes:
        """The header as it stands in a file."""
        now = min(int(time.time()), 0x7FFFFFFF)
        return _FORM.pack(_TEXT, _PLAIN, now, self.metadata_units, 0, self.index, self.records, int(self.compressed))

    @classmethod
    def unpack(cls, raw: bytes, file_size: int) -> Header:
        """Read a header and check it against the size of the file.

        Raises:
            Refused: it is no .yxdb file, or one of the AMP engine (E2).
            Damaged: its numbers contradict the size of the file.
        """
        if raw.startswith(_MAGIC_E2):
            raise Refused("was written by Alteryx's AMP engine (E2 format), which cannot be read here", _AMP_HINT)
        if not raw.startswith(_MAGIC):
            raise Refused(f"is no .yxdb file: it does not begin with '{_MAGIC.decode()}'", _OTHER_HINT)
        if len(raw) < SIZE:
            raise Damaged(f"the header takes {SIZE} bytes, the file ends before", len(raw))
        _, file_id, _, units, _, index, records, compression = _FORM.unpack(raw)
        if file_id & 0x00FF0000 != 0x00440000 or file_id & 0xFF not in (2, 3, 4, 5):
            raise Damaged(f"unknown file id {file_id:#010x}", 64)
        if units < 1 or SIZE + 2 * units > file_size:
            raise Damaged(f"metadata of {units:,} characters do not fit into a file of {file_size:,} bytes", 80)
        header = cls(units, index, records, compression == 1)
        if index and not header.data <= index <= file_size - 4:
            raise Damaged(f"the record-block index cannot be at {index:,} of {file_size:,}", 96)
        if records < 0:
            raise Damaged(f"a record count of {records:,}", 104)
        if compression not in (0, 1):
            raise Damaged(f"unknown compression {compression}", 112)
        return header
