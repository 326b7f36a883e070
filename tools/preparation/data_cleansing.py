"""DataCleansing: nulls, blanks, unwanted characters, case."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Annotated, Literal

import pyarrow as pa
import pyarrow.compute as pc

from engine.context import Context
from engine.errors import listed
from engine.spool import Spool
from engine.tool import Config, Emission, FieldName, Home, Schemas, Tool, hint
from engine.types import NUMBERS, TEXTS, Field, fields_of, find_field

_SPACE = r"[\s\p{Z}\x{85}]"
_CASES = {"upper": pc.utf8_upper, "lower": pc.utf8_lower, "title": pc.utf8_title}


class DataCleansingConfig(Config):
    fields: Annotated[list[FieldName], hint(none="all of them")] = []
    """The fields to clean; none: all."""
    remove_null_records: bool = False
    """Whether records leave out that are Null in every field of the input."""
    remove_null_fields: bool = False
    """Whether fields leave out that are Null in every record, whether listed or not."""
    blank_for_null: Annotated[bool, hint(label="Replace Null in texts with blanks")] = True
    """Texts: whether Null becomes an empty text."""
    zero_for_null: Annotated[bool, hint(label="Replace Null in numbers with 0")] = True
    """Numbers: whether Null becomes 0."""
    trim: Annotated[bool, hint(label="Remove leading and trailing whitespace")] = True
    """Whether blanks, tabs and line breaks at both ends of a text are removed."""
    single_spaces: Annotated[bool, hint(label="Reduce whitespace to single blanks")] = False
    """Whether tabs, line breaks and several blanks in a row become one blank."""
    remove_whitespace: Annotated[bool, hint(label="Remove all whitespace")] = False
    """Whether all blanks, tabs and line breaks are removed."""
    remove_letters: bool = False
    """Whether letters are removed."""
    remove_numbers: bool = False
    """Whether digits are removed."""
    remove_punctuation: bool = False
    """Whether punctuation and symbols are removed."""
    case: Annotated[Literal["keep", "upper", "lower", "title"], hint(label="Modify case")] = "keep"
    """Whether texts become UPPER CASE, lower case or Title Case."""


class DataCleansing(Tool[DataCleansingConfig]):
    """Repair what is usually wrong with data: nulls, stray blanks, unwanted characters, mixed case.

    Left as it is, it replaces Null by an empty text or by 0 and trims texts. Records and fields that are all Null are
    found before anything is replaced. Characters go first, then blanks, then case changes, in any script. With
    `remove_null_fields` all records are read first, and which fields leave is known only then.

    Example: `{tool: DataCleansing, fields: [Name, City], single_spaces: true, case: title}`
    """

    keywords = ("clean", "trim", "whitespace", "nulls", "punctuation", "upper case", "lower case", "title case")

    def __init__(self, config: DataCleansingConfig, home: Home) -> None:
        super().__init__(config, home)
        self.stateless = not config.remove_null_fields

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        self._cleaned(inputs["in"])
        return {"out": None if self.config.remove_null_fields else inputs["in"]}

    def _cleaned(self, schema: pa.Schema) -> list[Field]:
        names = enumerate(self.config.fields)
        return [find_field(schema, name, setting=f"fields.{place}") for place, name in names] or fields_of(schema)

    def open(self, context: Context) -> None:
        super().open(context)
        self._fields = self._cleaned(context.inputs["in"])
        self._spool: Spool | None = None
        if self.config.remove_null_fields:
            self._spool = context.spool(context.inputs["in"])
        self._filled: set[str] = set()

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        if self.config.remove_null_records:
            batch = batch.filter(reduce(pc.or_, (column.is_valid() for column in batch.columns)))
        if self._spool is None:
            yield "out", self._clean(batch)
        else:
            self._spool.append(batch)
            self._filled |= {name for name in batch.schema.names if batch[name].null_count < batch.num_rows}

    def complete(self) -> Iterator[Emission]:
        if self._spool is None:
            return
        names = self._spool.schema.names
        kept = [name for name in names if name in self._filled] if self._spool.rows else names
        gone = [f"[{name}]" for name in names if name not in kept]
        if gone:
            self.context.info(f"Removed {listed(gone)}: Null in every record.")
        self._fields = [field for field in self._fields if field.name in kept]
        yield "out", pa.RecordBatch.from_pylist([], schema=pa.schema([self._spool.schema.field(name) for name in kept]))
        for batch in self._spool:
            yield "out", self._clean(batch.select(kept))

    def close(self, failed: bool) -> None:
        spool = getattr(self, "_spool", None)
        if spool is not None:
            spool.close()

    def _clean(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        for field in self._fields:
            if field.type in TEXTS:
                columns[field.name] = self._clean_text(columns[field.name], field)
            elif field.type in NUMBERS and self.config.zero_for_null:
                columns[field.name] = columns[field.name].fill_null(pa.scalar(0, field.arrow_type))
        return pa.RecordBatch.from_arrays(list(columns.values()), schema=batch.schema)

    def _clean_text(self, column: pa.Array, field: Field) -> pa.Array:
        config = self.config
        unwanted = [
            characters
            for wanted, characters in (
                (config.remove_letters, r"\p{L}\p{M}"),
                (config.remove_numbers, r"\p{N}"),
                (config.remove_punctuation, r"\p{P}\p{S}"),
            )
            if wanted
        ]
        if unwanted:
            column = pc.replace_substring_regex(column, f"[{''.join(unwanted)}]+", "")
        if config.remove_whitespace:
            column = pc.replace_substring_regex(column, f"{_SPACE}+", "")
        elif config.single_spaces:
            column = pc.replace_substring_regex(column, f"{_SPACE}+", " ")
        if config.trim:
            column = pc.utf8_trim_whitespace(column)
        if config.case != "keep":
            column = pc.utf8_slice_codeunits(_CASES[config.case](column), 0, field.size)
        return column.fill_null("") if config.blank_for_null else column
