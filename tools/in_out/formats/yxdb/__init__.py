"""The .yxdb format of Alteryx's classic engine (E1).

    file     = header (512 bytes), field list (XML), blocks, index
    blocks   = the records' bytes in one stream, cut every 262,144 bytes, each piece compressed (LZF) or stored
    record   = fixed part [, length, variable data]
    index    = where every 65,536th record begins a new block

reader > scan > blocks > lzf finds whole records, decode turns them into columns; writer > encode > blocks goes back.
`layout` says where a field stands, `text`, `dates` and `pieces` convert, `geometry` shows SpatialObj as GeoJSON.
"""

from __future__ import annotations

from tools.in_out.formats.yxdb.reader import Reader
from tools.in_out.formats.yxdb.writer import WriteOptions, Writer, check_fields

EXTENSIONS: tuple[str, ...] = (".yxdb",)

__all__ = ["EXTENSIONS", "Reader", "WriteOptions", "Writer", "check_fields"]
