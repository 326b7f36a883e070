"""Writing delimited text."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import ToolError
from engine.types import TEXTS, Field, fields_of
from tools.in_out._text import to_text
from tools.in_out.formats._fields import refuse_blobs
from tools.in_out.formats.csv.options import WriteOptions

_NEVER_IN_NUMBERS = ",;\t|"  # delimiters that no number, date or Bool contains


def check_fields(schema: pa.Schema) -> None:
    """Refuse what a text file cannot hold."""
    refuse_blobs(schema, "A text file")


class Writer:
    """A delimited text file, written batch by batch.

    Nulls are written as nothing, empty texts as `""`, dates as `2024-01-31`, times of day to the second unless they
    have fractions.

    Raises:
        ToolError: a field that text cannot hold, or a value that the encoding or `quote: never` cannot.
    """

    def __init__(self, path: Path, schema: pa.Schema, options: WriteOptions | None = None) -> None:
        check_fields(schema)
        self.warnings: list[str] = []
        self._options = options or WriteOptions()
        self._delimiter = self._options.delimiter or ("\t" if ".tsv" in path.suffixes else ",")
        self._ending = {"lf": "\n", "crlf": "\r\n"}[self._options.line_ending]
        self._special = f'["\r\n{re.escape(self._delimiter)}]'
        self._fields = fields_of(schema)
        packed = "gzip" if ".gz" in path.suffixes else None
        self._file = pa.output_stream(str(path), compression=packed)
        encoding = codecs.lookup(self._options.encoding).name
        if encoding == "utf-8" and self._options.bom:
            self._file.write(codecs.BOM_UTF8)
        # Arrow's text is utf-8 already; another encoding may begin with a mark, hence one encoder for all batches.
        self._encoder = None if encoding == "utf-8" else codecs.getincrementalencoder(encoding)()
        if self._options.header:
            self._write_lines([self._quoted_name(field.name) for field in self._fields])

    def write(self, batch: pa.RecordBatch) -> None:
        if batch.num_rows:
            self._write_lines(list(map(self._written, batch.columns, self._fields)))

    def _written(self, column: pa.Array, field: Field) -> pa.Array:
        text = to_text(column, field)
        is_bare = field.type not in TEXTS and self._delimiter in _NEVER_IN_NUMBERS
        return pc.fill_null(text, "") if is_bare and self._options.quote != "always" else self._quoted(text)

    def _quoted_name(self, name: str) -> pa.Array:
        """A name that looks like several, with another delimiter, is quoted: readers guess by the first line."""
        is_ambiguous = self._options.quote == "needed" and any(sign in name for sign in _NEVER_IN_NUMBERS)
        return pa.array(['"' + name.replace('"', '""') + '"']) if is_ambiguous else self._quoted(pa.array([name]))

    def _quoted(self, column: pa.Array) -> pa.Array:
        special = pc.match_substring_regex(column, self._special)
        if self._options.quote == "never":
            if pc.any(special).as_py():
                self._refuse(column.filter(special)[0].as_py())
            return pc.fill_null(column, "")
        needs = pc.is_valid(column) if self._options.quote == "always" else pc.or_(special, pc.equal(column, ""))
        if pc.any(needs).as_py():
            escaped = pc.replace_substring(column, '"', '""')
            column = pc.if_else(needs, pc.binary_join_element_wise('"', escaped, '"', ""), column)
        return pc.fill_null(column, "")

    def _refuse(self, value: str) -> None:
        raise ToolError(
            f"The value {value[:60]!r} needs quotes, and `quote: never` forbids them.",
            hint="Use `quote: needed` or another delimiter.",
            setting="csv.quote",
        )

    def _write_lines(self, columns: list[pa.Array]) -> None:
        *others, last = columns
        ended = pc.binary_join_element_wise(last, "", self._ending)
        lines = pc.binary_join_element_wise(*others, ended, self._delimiter)
        text = pc.binary_join(pa.ListArray.from_arrays([0, len(lines)], lines), "")[0]
        if self._encoder is None:
            self._file.write(text.as_buffer())
            return
        try:
            self._file.write(self._encoder.encode(text.as_py()))
        except UnicodeEncodeError as error:
            raise ToolError(
                f"The character {error.object[error.start]!r} cannot be written in {self._options.encoding}.",
                hint="Use `csv: {encoding: utf-8}`.",
                setting="csv.encoding",
            ) from None

    def close(self) -> None:
        self._file.close()
