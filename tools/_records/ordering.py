"""The order of records: what decides about it, as SQL over the columns of a `Feed`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pyarrow as pa

from engine.feed import column
from engine.tool import Config, FieldName
from engine.types import TEXTS, Field
from tools._records.groups import group_fields


class SortKey(Config):
    """A field to sort by."""

    field: FieldName
    """The field."""
    order: Literal["ascending", "descending"] = "ascending"
    """Ascending: a to z, 1 to 9, past to future, Null first; descending the other way round."""


def order(schema: pa.Schema, keys: Sequence[SortKey], setting: str, *, dictionary: bool = False) -> str:
    """What stands behind ORDER BY.

    Args:
        schema: of the feed.
        keys: the fields to sort by.
        setting: where they stand in the settings.
        dictionary: whether texts are sorted as in a dictionary.

    Raises:
        ToolError: there is no such field, it comes twice, or it holds Blobs.
    """
    terms: list[str] = []
    fields = group_fields(schema, [key.field for key in keys], setting)
    for key, field in zip(keys, fields, strict=True):
        down = key.order == "descending"
        terms += [_term(part, down) for part in _parts(column(schema, field.name), field, dictionary)]
    return ", ".join(terms)


def _parts(name: str, field: Field, dictionary: bool) -> list[tuple[str, bool]]:
    """What decides about a field, one after the other; True where the greater one comes first."""
    if pa.types.is_decimal256(field.arrow_type):  # a text in the query, see Feed
        return [(f"CAST({name} AS DOUBLE)", False), (name, False)]
    if field.type in TEXTS and dictionary:
        return [(f"lower(strip_accents({name}))", False), (f"lower({name})", False), (name, True)]
    return [(name, False)]


def _term(part: tuple[str, bool], down: bool) -> str:
    sql, turned = part
    return f"{sql} DESC NULLS LAST" if turned != down else f"{sql} ASC NULLS FIRST"
