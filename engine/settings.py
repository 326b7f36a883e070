"""A node's settings: constants filled in, checked against the tool's config."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from engine.errors import ToolError, ToolWarning, did_you_mean, listed
from engine.tool import Config, Home
from engine.workflow import sentence

_CONSTANT = re.compile(r"%([A-Za-z_][\w. ]*)%")


def fill(value: Any, constants: Mapping[str, str]) -> Any:
    """Replace `%name%` in every text of a setting; what is no constant (`'%Y-%m'`) stays as it is."""
    if isinstance(value, str):
        return _CONSTANT.sub(lambda match: constants.get(match[1], match[0]), value)
    if isinstance(value, list):
        return [fill(item, constants) for item in value]
    if isinstance(value, dict):
        return {key: fill(item, constants) for key, item in value.items()}
    return value


def misspelt(value: Any, constants: Mapping[str, str], setting: str = "") -> Iterator[ToolWarning]:
    """A warning for each `%name%` in a setting that is no constant, but nearly one."""
    if isinstance(value, str):
        for name in _CONSTANT.findall(value):
            if name not in constants and (hint := did_you_mean(name, constants)):
                yield ToolWarning(f"There is no constant '{name}'.", hint, setting)
    elif isinstance(value, list | dict):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from misspelt(inner, constants, f"{setting}.{key}" if setting else str(key))


def read(config: type[Config], settings: Mapping[str, Any], home: Home) -> Config:
    """The tool's config from what stands in the file.

    Raises:
        ExceptionGroup: of ToolErrors, one a wrong setting.
    """
    try:
        return config.model_validate(fill(dict(settings), home.constants))
    except ValidationError as error:
        found = _distinct([_explained(config, detail) for detail in error.errors(include_url=False)])
        raise ExceptionGroup("wrong settings", found) from None


def _distinct(errors: list[ToolError]) -> list[ToolError]:
    """Pydantic reports each branch of a union; one error a setting is enough."""
    return list({error.setting: error for error in reversed(errors)}.values())[::-1]


def _explained(config: type[Config], detail: Any) -> ToolError:
    location: tuple[int | str, ...] = detail["loc"]
    setting = ".".join(map(str, location))
    name = str(location[-1]) if location else ""
    if detail["type"] == "extra_forbidden":
        known = _names_beside(config, location)
        hint = did_you_mean(name, known) or f"There are {listed(known)}."
        return ToolError(f"Unknown setting '{name}'.", hint=hint, setting=setting)
    if detail["type"] == "missing":
        return ToolError(f"The setting '{name}' is missing.", hint=_description(config, location), setting=setting)
    if detail["type"] == "union_tag_invalid":
        tag, known = detail["ctx"]["tag"], re.findall(r"'([^']+)'", detail["ctx"]["expected_tags"])
        hint = did_you_mean(tag, known) or f"There are {listed(known)}."
        return ToolError(f"{setting}: there is no '{tag}'.", hint=hint, setting=setting)
    if detail["type"] == "union_tag_not_found":
        return ToolError(f"{setting}: the setting {detail['ctx']['discriminator']} is missing.", setting=setting)
    if detail["type"] in ("model_type", "model_attributes_type"):
        detail = {**detail, "msg": "Input should be settings with their names, as in {name: value}"}
    given = detail["input"]
    is_said = detail["type"] == "value_error" and repr(given) in detail["msg"]
    came = "" if is_said or given == "" or isinstance(given, (dict, list)) else f", not {given!r}"
    guess = (
        did_you_mean(str(given), re.findall(r"'([^']+)'", detail["msg"])) if detail["type"] == "literal_error" else ""
    )
    where = f"{setting}: " if setting else ""
    return ToolError(f"{where}{sentence(detail['msg'])[:-1]}{came}.", hint=guess, setting=setting)


def _names_beside(config: type[Config], location: Sequence[int | str]) -> list[str]:
    """The settings that are known where an unknown one stands, found in the config's JSON schema."""
    schema = config.model_json_schema()
    return list(_settings_beside(schema, location)) or list(schema.get("properties", {}))


def _description(config: type[Config], location: Sequence[int | str]) -> str:
    """What a setting is for, in a sentence; nothing where the schema does not say it."""
    facts = _settings_beside(config.model_json_schema(), location).get(str(location[-1]), {})
    text = " ".join(facts.get("description", "").split())
    return re.split(r"(?<=\.) (?=[A-Z])", text)[0]


def _settings_beside(schema: Any, location: Sequence[int | str]) -> dict[str, Any]:
    """The settings that may stand where `location` leads, it among them."""
    node: Any = schema
    for part in location[:-1]:
        branches = _branches(schema, node)
        found = [b["items"] if isinstance(part, int) else b.get("properties", {}).get(part) for b in branches
                 if ("items" in b if isinstance(part, int) else True)]  # fmt: skip
        node = next((item for item in found if item), node)
    return {name: facts for branch in _branches(schema, node) for name, facts in branch.get("properties", {}).items()}


def _branches(schema: Any, node: Any) -> list[Any]:
    """A JSON schema node with references followed and alternatives spread out."""
    if "$ref" in node:
        return _branches(schema, schema["$defs"][node["$ref"].rpartition("/")[2]])
    choices = node.get("anyOf") or node.get("oneOf") or node.get("allOf")
    return [leaf for choice in choices for leaf in _branches(schema, choice)] if choices else [node]
