"""Names for fields that come together from several inputs."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from engine.types import is_open, open_schema


def together(first: Iterable[pa.Field], *others: tuple[str, Iterable[pa.Field]]) -> list[pa.Field]:
    """The fields of several inputs side by side.

    Args:
        first: the fields of the first input; they keep their names.
        others: for each further input a prefix and its fields; a field whose name is taken gets the prefix, and a
            number where that is taken too.
    """
    fields = list(first)
    taken = {field.name.casefold() for field in fields}
    for prefix, more in others:
        for field in more:
            name = _free(field.name, prefix, taken)
            taken.add(name.casefold())
            fields.append(field if name == field.name else field.with_name(name))
    return fields


def _free(name: str, prefix: str, taken: set[str]) -> str:
    if name.casefold() not in taken:
        return name
    candidate, number = prefix + name, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{prefix}{name}{number}"
    return candidate


def schema_from(fields: Iterable[pa.Field], *sources: pa.Schema) -> pa.Schema:
    """A schema of these fields; open where one of the schemas that they come from is."""
    schema = pa.schema(list(fields))
    return open_schema(schema) if any(is_open(source) for source in sources) else schema
