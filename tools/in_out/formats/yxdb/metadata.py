"""The field list of a .yxdb file: XML, UTF-16, behind the header."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from xml.parsers import expat

from engine.types import MAX_BLOB, MAX_TEXT, Field, FieldType, Meaning
from tools.in_out.formats.yxdb.errors import Damaged
from tools.in_out.formats.yxdb.notes import Notes

MAX_FIELDS = 32_000
MAX_NAME = 255
_MAX_DEPTH = 16
_MAX_CHARACTERS = 64 << 20
_MEANING = "flowrun:"
"""Marks what a field means (image, model, ...) in its `source`, where Alteryx keeps it untouched."""
_SIZED = {
    FieldType.String: 1 << 20,
    FieldType.WString: 1 << 20,
    FieldType.FixedDecimal: 258,
    FieldType.V_String: MAX_BLOB,
    FieldType.V_WString: MAX_BLOB,
    FieldType.Blob: MAX_BLOB,
    FieldType.SpatialObj: MAX_BLOB,
}
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_xml(fields: Iterable[Field]) -> bytes:
    """The metadata of these fields, as bytes that stand behind the header."""
    lines = "".join(f"\t<Field {_attributes(field)}/>\n" for field in fields)
    return f"<RecordInfo>\n{lines}</RecordInfo>\n\0".encode("utf-16-le")


def writable(fields: list[Field], notes: Notes) -> list[Field]:
    """The fields under names that XML can hold and that differ in more than case; what changed is noted."""
    named = _distinct([field.with_(name=_NOT_XML.sub("_", field.name)) for field in fields])
    for before, after in zip(fields, named, strict=True):
        if before.name != after.name:
            notes.say(f"The field {before.name!r} was written as [{after.name}].")
        if len(after.name) > MAX_NAME:
            notes.say(f"The name [{after.name[:20]}...] is longer than {MAX_NAME} characters; Alteryx cuts it.")
    return named


def _attributes(field: Field) -> str:
    source = field.source or (f"{_MEANING}{field.meaning}" if field.meaning else "")
    size = min(field.size, MAX_TEXT) if field.type is FieldType.V_WString and field.size else field.size
    facts = {
        "description": field.description,
        "name": field.name,
        "scale": field.scale,
        "size": size if field.type in _SIZED else None,
        "source": source,
        "type": field.type,
    }
    return " ".join(f"{key}={_quoted(str(value))}" for key, value in facts.items() if value not in (None, ""))


def _quoted(text: str) -> str:
    text = html.escape(_NOT_XML.sub("\ufffd", text))
    for blank in "\t\n\r":  # as they are, a parser would make spaces of them
        text = text.replace(blank, f"&#{ord(blank)};")
    return f'"{text}"'


def from_xml(raw: bytes, offset: int) -> list[Field]:
    """The fields that a metadata block lists; names that appear twice get a number, as in Alteryx.

    Raises:
        Damaged: it is no XML, or lists a field that cannot be.
    """
    if len(raw) > _MAX_CHARACTERS:
        raise Damaged(f"metadata of {len(raw):,} bytes", offset)
    try:
        text = raw.decode("utf-16-le").rstrip("\0")
        entries = _Entries().read(text)
        if not entries:
            raise ValueError("they list no field")
        if len(entries) > MAX_FIELDS:
            raise ValueError(f"{len(entries):,} fields, more than {MAX_FIELDS:,}")
        return _distinct([_field(entry) for entry in entries])
    except (UnicodeDecodeError, expat.ExpatError, ValueError) as error:
        raise Damaged(f"the metadata cannot be read: {error}", offset) from error


class _Entries:
    """The attributes of the Field elements directly inside RecordInfo; SortInfo has Field elements too."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._found: list[dict[str, str]] = []

    def read(self, text: str) -> list[dict[str, str]]:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse  # no entities: nothing can grow, nothing can be fetched
        parser.Parse(text, True)
        return self._found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > _MAX_DEPTH:
            raise ValueError("elements are nested too deep")
        if name == "Field" and self._path[-2:-1] == ["RecordInfo"]:
            self._found.append(attributes)

    def _end(self, name: str) -> None:
        self._path.pop()

    def _refuse(self, *_: object) -> None:
        raise ValueError("a document type declaration is not allowed")


def _field(entry: dict[str, str]) -> Field:
    name = entry.get("name")
    if name is None:
        raise ValueError("a field without a name")
    if entry.get("type") not in FieldType.__members__:
        raise ValueError(f"field [{name}] has the unknown type '{entry.get('type')}'")
    type_ = FieldType(entry["type"])
    source = entry.get("source", "")
    meaning = source.removeprefix(_MEANING) if source.startswith(_MEANING) else ""
    if meaning in Meaning.__members__:
        return Field(name, type_, *_size(entry, type_), "", entry.get("description", ""), Meaning(meaning))
    return Field(name, type_, *_size(entry, type_), source, entry.get("description", ""))


def _size(entry: dict[str, str], type_: FieldType) -> tuple[int | None, int | None]:
    if type_ not in _SIZED:
        return None, None
    whole, _, rest = entry.get("size", "").partition(".")  # old files write a decimal's as size="19.6"
    scale = entry.get("scale") or rest or "0"
    if not whole and type_ in (FieldType.V_String, FieldType.V_WString, FieldType.Blob, FieldType.SpatialObj):
        return None, None
    if not (whole.isascii() and whole.isdigit() and 1 <= int(whole) <= _SIZED[type_]):
        raise ValueError(f"field [{entry['name']}] of type {type_} cannot have the size '{entry.get('size', '')}'")
    if type_ is not FieldType.FixedDecimal:
        return int(whole), None
    if not (scale.isascii() and scale.isdigit() and int(scale) < int(whole)):
        raise ValueError(f"field [{entry['name']}] of size {whole} cannot have the scale '{scale}'")
    return int(whole), int(scale)


def _distinct(fields: list[Field]) -> list[Field]:
    taken: set[str] = set()
    renamed = []
    for field in fields:
        name, number = field.name, 1
        while name.casefold() in taken:
            number += 1
            name = f"{field.name}{number}"
        taken.add(name.casefold())
        renamed.append(field.with_(name=name))
    return renamed
