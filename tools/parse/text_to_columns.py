"""TextToColumns: split a text at delimiters into fields or records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError
from engine.tool import Config, Emission, Schemas, TextName, Tool, hint
from tools._parsing.fields import text_field, with_new
from tools._parsing.pieces import as_columns, as_records, lengths

_MOST_COLUMNS = 10_000
_WRITTEN = {r"\t": "\t", r"\n": "\n", r"\r": "\r", r"\s": " ", r"\\": "\\"}
_PROTECTED = {
    "quotes": '"[^"]*"',
    "single_quotes": "'[^']*'",
    "parentheses": r"\([^()]*\)",
    "brackets": r"\[[^\[\]]*\]",
}


class TextToColumnsConfig(Config):
    field: TextName
    """The text field to split."""
    delimiters: Annotated[str, hint(examples=[",", ";", "|", r"\t", r"\n", r"\s"])] = ConfigField(",", min_length=1)
    r"""Each of these characters ends a piece. `\t` is a tab, `\n` a line break, `\s` a space, `\\` a backslash."""
    into: Annotated[Literal["columns", "rows"], hint(label="Split into")] = "columns"
    """Whether the pieces become fields of the record, or a record each."""
    columns: Annotated[int, hint(label="Number of columns", when={"into": ["columns"]})] = ConfigField(
        3, ge=1, le=_MOST_COLUMNS
    )
    """How many fields (`into: columns`)."""
    extra: Annotated[
        Literal["last", "warn", "drop", "error"], hint(label="Extra pieces", when={"into": ["columns"]})
    ] = "last"
    """What happens to more pieces than fields: they stay together in the last field, are dropped with or without a
    warning, or are an error (`into: columns`)."""
    root: Annotated[str, hint(label="Root name")] = ""
    """The new fields are called this with 1, 2, 3, ... behind it; empty: like the field. With `into: rows`: the name of
    a new field for the pieces; empty: they take the place of the text."""
    ignore_delimiters_in: list[Literal["quotes", "single_quotes", "parentheses", "brackets"]] = []
    """Where delimiters do not count. The quotes and brackets themselves stay in the text."""
    skip_empty: bool = False
    """Whether empty pieces are left out."""


class TextToColumns(Tool[TextToColumnsConfig]):
    """Split a text at delimiters, into several fields or several records.

    With `into: columns` the field stays and new ones follow; those without a piece are Null. With `into: rows` each
    piece becomes a record of its own with all other fields repeated; a record whose text is Null stays as it is.

    A quote or bracket that is never closed is a character like any other.

    Example: `{tool: TextToColumns, field: Name, delimiters: ', ', columns: 2, skip_empty: true}`
    """

    stateless = True
    keywords = ("split", "separate", "delimiter", "explode", "parse", "csv")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering, config = inputs["in"], self.config
        field = text_field(entering, config.field)
        if config.into == "rows":
            if not config.root:
                return {"out": entering}
            return {"out": with_new(entering, [field.with_(name=config.root, description="")], "root")}
        root = config.root or field.name
        new = [field.with_(name=f"{root}{number}", meaning=None) for number in range(1, config.columns + 1)]
        return {"out": with_new(entering, new, "root")}

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._out = self.schema(context.inputs)["out"]
        self._name = text_field(entering, self.config.field).name
        self._place = entering.get_field_index(self._name)
        self._delimiters = re.sub(r"\\[tnrs\\]", lambda found: _WRITTEN[found[0]], self.config.delimiters)
        self._limit = self.config.columns if self.config.into == "columns" and self.config.extra == "last" else 0
        self._piece = _piece(self._delimiters, self.config.ignore_delimiters_in)
        self._extra = 0

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        lists = self._split(batch.column(self._name))
        if self.config.into == "columns":
            self._look_for_extra(lists)
            columns = [*batch.columns, *as_columns(lists, self.config.columns)]
            yield "out", pa.RecordBatch.from_arrays(columns, schema=self._out)
        else:
            place = batch.num_columns if self.config.root else self._place
            for part in as_records(batch, lists, place, self._out):
                yield "out", part

    def _split(self, texts: pa.Array) -> pa.ListArray:
        if self.config.skip_empty:
            texts = pc.utf8_trim(texts, characters=self._delimiters)
        if self.config.ignore_delimiters_in:
            pieces = [None if text is None else self._pieces(text) for text in texts.to_pylist()]
            return pa.array(pieces, pa.list_(pa.string()))
        some = "+" if self.config.skip_empty else ""
        pattern = f"{_class(self._delimiters)}{some}"
        return pc.split_pattern_regex(texts, pattern, max_splits=self._limit - 1 if self._limit else None)

    def _pieces(self, text: str) -> list[str]:
        pieces: list[str] = []
        start = 0
        while not self._limit or len(pieces) < self._limit - 1:
            found = self._piece.match(text, start)
            assert found is not None
            if found[0] or not self.config.skip_empty:
                pieces.append(found[0])
            start = found.end() + 1  # behind the delimiter
            if found.end() == len(text):
                return pieces or [""]
        rest = text[start:]
        return [*pieces, rest.lstrip(self._delimiters) if self.config.skip_empty else rest]

    def _look_for_extra(self, lists: pa.ListArray) -> None:
        if self.config.extra not in ("warn", "error"):
            return
        (more,) = (lengths(lists) > self.config.columns).nonzero()
        if len(more) and self.config.extra == "error":
            raise ToolError(
                f"Record {self.context.record(int(more[0]))}: the text in [{self._name}] has more than "
                f"{self.config.columns} pieces.",
                hint="Raise columns, or choose another way with extra.",
                setting="extra",
            )
        self.context.note(len(more))

    def take_note(self, note: int) -> None:
        self._extra += note

    def complete(self) -> Iterator[Emission]:
        if self._extra:
            records = "1 record has" if self._extra == 1 else f"{self._extra:,} records have"
            self.context.warning(f"{records} more than {self.config.columns} pieces; the rest was dropped.")
        yield from ()


def _class(characters: str) -> str:
    """These characters as a class of a regular expression, in Python as in Arrow."""
    return "[" + "".join(f"\\{one}" if one in r"\]^-[&~|" else one for one in characters) + "]"


def _piece(
    delimiters: str, protected: list[Literal["quotes", "single_quotes", "parentheses", "brackets"]]
) -> re.Pattern[str]:
    other = _class(delimiters).replace("[", "[^", 1)
    return re.compile(f"(?:{'|'.join([*(_PROTECTED[name] for name in protected), other])})*", re.DOTALL)
