"""XMLParse: fields from XML texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self
from xml.etree import ElementTree

import pyarrow as pa
from pydantic import model_validator

from engine.batches import rows_of, width
from engine.context import Context
from engine.errors import ToolError
from engine.tool import Config, Emission, Schemas, TextName, Tool
from engine.types import Field, FieldType, is_open, open_schema
from tools._joining.names import schema_from, together
from tools._parsing.fields import text_field

_BATCH_ROWS = 8_192


class XMLParseConfig(Config):
    field: TextName
    """The text field with XML."""
    element: str = ""
    """The name of the element that becomes a record each, wherever it stands; empty: the children of the root."""
    fields: list[str] = []
    """The values to take: names of child elements, paths such as `address/city`, and attributes such as `@id` or
    `price/@currency`. Empty: all that the elements have, found out by reading everything first."""
    outer_xml: bool = False
    """Whether a field `<element>_OuterXML` holds the whole element as XML."""
    keep_xml: bool = False
    """Whether the XML field itself leaves too, repeated for each element."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if twice := next((path for path in self.fields if self.fields.count(path) > 1), None):
            raise ValueError(f"'{twice}' is listed twice")
        return self


class XMLParse(Tool[XMLParseConfig]):
    """Take XML texts apart: a record for each element of a name, its children and attributes as fields.

    The values are texts. A child that comes several times has its values in one field, with line breaks between them;
    put a second XMLParse with `outer_xml` behind the first to get at what is nested. Names count without their
    namespaces; a name that the record has already gets `XML_` before it. All other fields are repeated.

    With `fields` left empty the fields are known only when the workflow runs; list them to see them before.

    A text that is no XML is reported; its record stays, with Null, and so does one in which no element is found.
    Nothing is loaded from elsewhere, and a text that grows beyond all measure by its entities is refused.

    Example: `{tool: XMLParse, field: Response, element: book, fields: ['@id', title, author/name]}`
    """

    keywords = ("xml", "parse", "html", "xpath", "nested")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        schema = self._schema(inputs["in"], self.config.fields)
        return {"out": schema if self.config.fields or is_open(schema) else open_schema(schema)}

    def _schema(self, entering: pa.Schema, paths: list[str]) -> pa.Schema:
        field = text_field(entering, self.config.field)
        kept = [other for other in entering if self.config.keep_xml or other.name != field.name]
        names = [_name(path) for path in paths] + ([self._outer] if self.config.outer_xml else [])
        new = [Field(name, FieldType.V_WString).arrow() for name in names]
        return schema_from(together(kept, ("XML_", new)), entering)

    @property
    def _outer(self) -> str:
        return f"{self.config.element or 'Element'}_OuterXML"

    def open(self, context: Context) -> None:
        super().open(context)
        self._name = text_field(context.inputs["in"], self.config.field).name
        self._kept = [name for name in context.inputs["in"].names if self.config.keep_xml or name != self._name]
        self._paths: dict[str, None] = dict.fromkeys(self.config.fields)
        self._spool = None if self.config.fields else context.spool(context.inputs["in"])
        self._record = 0

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        if self._spool is None:
            yield from self._parsed(batch, self._schema(self.context.inputs["in"], self.config.fields))
            return
        self._spool.append(batch)
        for _, element in self._elements(batch, report=False):
            if element is not None:
                self._paths |= dict.fromkeys(path for path, _ in _values(element))

    def complete(self) -> Iterator[Emission]:
        if self._spool is None:
            return
        out = self._schema(self.context.inputs["in"], list(self._paths))
        self._record = 0
        yield "out", pa.RecordBatch.from_pylist([], schema=out)
        for batch in self._spool:
            yield from self._parsed(batch, out)

    def _parsed(self, batch: pa.RecordBatch, out: pa.Schema) -> Iterator[Emission]:
        kept = batch.select(self._kept)
        most = min(rows_of(width(batch)), _BATCH_ROWS)
        places: list[int] = []
        rows: list[list[str | None]] = []
        for place, element in self._elements(batch, report=True):
            places.append(place)
            rows.append(self._row(element))
            if len(rows) >= most:
                yield "out", _batch(kept, places, rows, out)
                places, rows = [], []
        if rows:
            yield "out", _batch(kept, places, rows, out)
        self._record += batch.num_rows

    def _row(self, element: ElementTree.Element | None) -> list[str | None]:
        found: dict[str, list[str]] = {}
        for path, value in [] if element is None else _values(element, self.config.fields):
            found.setdefault(path, []).append(value)
        row = ["\n".join(found[path]) if path in found else None for path in self._paths]
        if self.config.outer_xml:
            row.append(None if element is None else self._written(element))
        return row

    def _written(self, element: ElementTree.Element) -> str | None:
        try:
            return ElementTree.tostring(element, "unicode").strip()
        except RecursionError:
            self.context.conversion_error(f"<{_local(element.tag)}> is nested too deeply to be written.")
            return None

    def _elements(self, batch: pa.RecordBatch, report: bool) -> Iterator[tuple[int, ElementTree.Element | None]]:
        """Every element with the place of its record; None for a record without one."""
        for place, text in enumerate(batch.column(self._name).to_pylist()):
            self.context.check()
            found: list[ElementTree.Element] = []
            try:
                found = [] if text is None else _found(text, self.config.element)
            except ElementTree.ParseError as error:
                if report:
                    number = self._record + place + 1
                    self.context.conversion_error(f"Record {number}: no XML in [{self._name}]: {error}.")
            if not found:
                yield place, None
            yield from ((place, element) for element in found)

    def close(self, failed: bool) -> None:
        if getattr(self, "_spool", None) is not None:
            self._spool.close()  # type: ignore[union-attr]


def _found(text: str, name: str) -> list[ElementTree.Element]:
    # Expat loads nothing from outside, and since 2.4 refuses entities that multiply beyond measure.
    root = ElementTree.fromstring(text)  # noqa: S314
    return [element for element in root.iter() if _local(element.tag) == name] if name else list(root)


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]


def _name(path: str) -> str:
    """The name of the field for a path: `address/city` becomes `address_city`, `@id` becomes `id`."""
    return path.replace("/", "_").replace("@", "")


def _values(element: ElementTree.Element, wanted: list[str] | None = None) -> Iterator[tuple[str, str]]:
    """The values inside an element by their paths: all attributes and children, or those that are wanted."""
    if wanted:
        for path in dict.fromkeys(wanted):
            for value in _at(element, path.split("/")):
                yield path, value
        return
    for name, value in element.attrib.items():
        yield f"@{_local(name)}", value
    for child in element:
        yield _local(child.tag), _text(child)
        for name, value in child.attrib.items():
            yield f"{_local(child.tag)}/@{_local(name)}", value
    if not len(element) and element.text and element.text.strip():
        yield _local(element.tag), element.text.strip()


def _at(element: ElementTree.Element, path: list[str]) -> Iterator[str]:
    first, *rest = path
    if first.startswith("@"):
        yield from (value for name, value in element.attrib.items() if _local(name) == first[1:])
    elif first == _local(element.tag) and not rest and not len(element):
        yield _text(element)
    for child in element:
        if _local(child.tag) == first:
            if rest:
                yield from _at(child, rest)
            else:
                yield _text(child)


def _text(element: ElementTree.Element) -> str:
    return "".join(element.itertext()).strip()


def _batch(kept: pa.RecordBatch, places: list[int], rows: list[list[str | None]], out: pa.Schema) -> pa.RecordBatch:
    columns = kept.take(pa.array(places, pa.int64())).columns if kept.num_columns else []
    new = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    if not columns and not new:
        raise ToolError("No element and no field was found.", hint="Check the name of the element.", setting="element")
    return pa.RecordBatch.from_arrays([*columns, *new], schema=out)
