"""File formats, one module each: a new one is a new module here, and nothing else.

A format is a module (or package) of this folder that offers:

    EXTENSIONS: tuple[str, ...]          # with their dots, lower case
    class Reader:                        # left out by a format that is only written
        def __init__(self, path, [options], *, fields=None, limit=None, [types]): ...
        schema: pa.Schema                # what it yields, exactly; known from a header or a sample
        warnings: list[str]              # what the user should know, complete once all is read
        wanted: Collection[str] | None   # set while it is read: the fields that are still needed; others may be null
        def __iter__(self) -> Iterator[pa.RecordBatch]: ...
    class Writer:                        # left out by a format that is only read
        def __init__(self, path, schema, [options]): ...
        warnings: list[str]
        def write(self, batch): ...
        def close(self): ...             # finish the file
        def discard(self): ...           # let go of an unfinished one; may be left out

    class ReadOptions(Config): ...       # where it has options: passed after the path, or after the schema; the
    class WriteOptions(Config): ...      # setting of `Input` and `Output` has the module's name
    WRITES: tuple[str, ...]              # where it writes fewer extensions than it reads
    GUESSES_TYPES = True                 # its files say no types: the reader takes `types`, a schema to read as
    def check_fields(schema): ...        # ToolError: it cannot hold such a field; asked before a run
    def choices(option, path): ...       # what an option that is a `Choice` may be for a file

Modules are imported to know their extensions, so they import what is heavy inside their functions.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path, PurePath
from types import ModuleType
from typing import Any, Literal, TypeVar

import pyarrow as pa
from pydantic import Field as ConfigField
from pydantic import create_model

from engine.cache.files import state
from engine.errors import ToolError, ToolWarning, did_you_mean, listed
from engine.tool import Config, Home, hint
from engine.types import fields_of

C = TypeVar("C", bound=Config)
Direction = Literal["Read", "Write"]
_MOST_SCHEMAS = 1000
_schemas: dict[tuple[Any, ...], pa.Schema] = {}
_CLASS: dict[Direction, str] = {"Read": "Reader", "Write": "Writer"}


@cache
def formats() -> dict[str, ModuleType]:
    """All formats by name."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_"))
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}


def extensions(module: ModuleType, direction: Direction) -> tuple[str, ...]:
    """The extensions of a format's files; some that it reads it may not write."""
    found: tuple[str, ...] = module.EXTENSIONS
    return getattr(module, "WRITES", found) if direction == "Write" else found


def names(direction: Direction) -> list[str]:
    """The formats that can be read, or written."""
    return [name for name, module in formats().items() if hasattr(module, _CLASS[direction])]


def asked(direction: Direction) -> Any:
    """How the canvas asks for a format."""
    return hint(none="By the extension", examples=names(direction))


def format_of(path: Path, name: str | None, direction: Direction) -> str:
    """The name of the format of a file: the one that is named, else by the extension.

    Raises:
        ToolError: there is none, or it works only the other way.
    """
    able = {known: formats()[known] for known in names(direction)}
    if name is not None:
        if name not in able:
            raise ToolError(
                f"There is no format '{name}' to {direction.lower()}; there are {listed(able)}.",
                hint=did_you_mean(name, able),
                setting="format",
            )
        return name
    by_extension = {extension: known for known, module in able.items() for extension in extensions(module, direction)}
    for extension in suffixes(path):
        if extension in by_extension:
            return by_extension[extension]
    raise ToolError(
        f"The extension of {path.name} says no format; known are {listed(sorted(by_extension))}.",
        hint="Name the format in the setting `format`, such as `format: csv`.",
        setting="path",
    )


def suffixes(path: PurePath) -> tuple[str, str]:
    """What may be a file's extension, the longer one first: `.csv.gz` and `.gz`."""
    return "".join(path.suffixes[-2:]).lower(), path.suffix.lower()


def split(path: Path) -> tuple[str, str]:
    """A file's name before its extension, and that: of `sales.csv.gz`, `sales` and `.csv.gz`."""
    known = {extension for module in formats().values() for extension in module.EXTENSIONS}
    end = next((end for end in suffixes(path) if end in known), path.suffix)
    return path.name[: len(path.name) - len(end)], path.name[len(path.name) - len(end) :]


@cache
def with_options(config: type[C], direction: Direction) -> type[C]:
    """`config` with one more setting for each format that has options, called as the format."""
    settings: dict[str, Any] = {}
    for name, module in formats().items():
        options = getattr(module, f"{direction}Options", None)
        if options is not None:
            widget: dict[str, Any] = {"widget": "section", "extensions": list(extensions(module, direction))}
            description = f"Options for files in the format {name}."
            default = ConfigField(default_factory=options, description=description, json_schema_extra=widget)
            settings[name] = (options, default)
    return create_model(config.__name__, __base__=config, __module__=config.__module__, **settings)


def check_fields(name: str, schema: pa.Schema) -> None:
    """Raise a ToolError where files in the format `name` cannot hold such fields."""
    if hasattr(formats()[name], "check_fields"):
        formats()[name].check_fields(schema)


def choices(setting: str, given: Mapping[str, Any], home: Home) -> list[str]:
    """What an option of a format may be, named as `xlsx.sheet`, for the file that the settings lead to.

    Raises:
        ToolError: the file cannot be read.
    """
    name, _, option = setting.partition(".")
    path = home.path(str(given.get("path") or ""))
    module = formats().get(name)
    if module is None or not hasattr(module, "choices") or not path.is_file():
        return []
    found: list[str] = module.choices(option, path)
    return found


def options_of(config: Config, name: str) -> tuple[Any, ...]:
    """The options of the format `name` in a config made by `with_options`, as an argument to pass on; or nothing."""
    return (getattr(config, name),) if name in type(config).model_fields else ()


def reader(
    config: Config,
    path: Path,
    name: str | None,
    *,
    fields: list[str] | None = None,
    limit: int | None = None,
    types: pa.Schema | None = None,
) -> Any:
    """The reader of a file, with the options of its format that stand in a config made by `with_options`.

    Args:
        config: the settings.
        path: the file.
        name: its format; None where the extension says it.
        fields, limit: what to read of it.
        types: the schema to read as, where the files of the format say no types.

    Raises:
        ToolError: it has no such format, or what the reader says.
    """
    found = format_of(path, name, "Read")
    module = formats()[found]
    more = {"types": types} if getattr(module, "GUESSES_TYPES", False) else {}
    return module.Reader(path, *options_of(config, found), fields=fields, limit=limit, **more)


def schema_of(config: Config, path: Path, name: str | None, *, fields: list[str] | None = None) -> pa.Schema:
    """The schema that the `reader` of a file has, found once: a check asks again whenever a workflow is edited.

    Raises:
        ToolError: as by `reader`.
    """
    found = format_of(path, name, "Read")
    options = [option.model_dump_json() for option in options_of(config, found)]
    key = (path, state(path), found, *options, None if fields is None else tuple(fields))
    if key not in _schemas:
        if len(_schemas) == _MOST_SCHEMAS:
            _schemas.clear()
        _schemas[key] = reader(config, path, name, fields=fields).schema
    return _schemas[key]


def check_same(first: pa.Schema, other: pa.Schema, path: Path) -> None:
    """Fields may come in another order and text in another size; all else must be as in the first file.

    Raises:
        ToolError: it is not.
    """
    expected = {field.name: field.type for field in fields_of(first)}
    came = {field.name: field.type for field in fields_of(other)}
    differences = [
        *(f"[{name}] is missing" for name in expected if name not in came),
        *(f"[{name}] is new" for name in came if name not in expected),
        *(
            f"[{name}] is {came[name]}, not {type_}"
            for name, type_ in expected.items()
            if came.get(name, type_) != type_
        ),
        *(
            f"[{field.name}] is stored as {other.field(field.name).type}, not {field.type}"
            for field in first
            if expected[field.name] == came.get(field.name) and field.type != other.field(field.name).type
        ),
    ]
    if differences:
        raise ToolError(
            f"{path} has not the fields of the first file: {listed(differences)}.",
            hint="Read it with an Input of its own, and join both with Union.",
            setting="path",
        )


def other_options(config: Config, name: str) -> Iterator[ToolWarning]:
    """A warning for each format whose options are set although the file has the format `name`."""
    for other in sorted((config.model_fields_set & set(formats())) - {name}):
        yield ToolWarning(f"The options under `{other}` have no effect on a file of the format {name}.", setting=other)
