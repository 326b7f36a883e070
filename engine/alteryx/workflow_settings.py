"""What an Alteryx workflow says about itself and about running."""

from __future__ import annotations

from typing import Any

from engine.alteryx.configuration import Configuration
from engine.alteryx.document import AlteryxWorkflow

_CHANGED = {
    "GlobalRecordLimit": ("0", "the limit of {} records an input"),
    "ConvErrorLimit_Stop": ("False", "stopping at the limit of conversion errors"),
    "DisableBrowse": ("False", "switching off all Browse tools"),
    "DisableAllOutput": ("False", "switching off all tools that write"),
}
"""Settings of a run that we have not: their standard, and what they are where they differ from it."""


def title_of(workflow: AlteryxWorkflow, name: str) -> dict[str, str]:
    """Name and description; `name` is that of the file."""
    config = Configuration(workflow.properties)
    own = "" if config.flag("MetaInfo/NameIsFileName", default=True) else config.text("MetaInfo/Name").strip()
    return {"name": own or name, "description": config.text("MetaInfo/Description").strip()}


def constants_of(workflow: AlteryxWorkflow) -> dict[str, Any]:
    """The user's constants; those of apps keep their prefix, as in `%Question.Name%`."""
    constants: dict[str, Any] = {}
    for element in workflow.properties.findall("Constants/Constant"):
        config = Configuration(element)
        space, name, value = config.text("Namespace", "User"), config.text("Name"), config.text("Value")
        if name and space != "Engine":
            number = _number(value) if config.flag("IsNumeric") else None
            constants[name if space == "User" else f"{space}.{name}"] = value if number is None else number
    return constants


def _number(text: str) -> int | float | None:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return None


def runtime_of(workflow: AlteryxWorkflow) -> dict[str, bool]:
    """How it runs, as far as we know such settings."""
    return {"stop_on_error": True} if Configuration(workflow.properties).flag("CancelOnError") else {}


def notes_of(workflow: AlteryxWorkflow) -> list[str]:
    """What was left behind of the workflow as a whole."""
    config = Configuration(workflow.properties)
    notes = []
    for setting, (standard, what) in _CHANGED.items():
        value = config.text(setting, standard).strip()
        if value != standard:
            notes.append(f"A setting of the run was left out: {what.format(value)}.")
    if config.all("Events/Event"):
        notes.append(
            f"Events (mail or commands before and after a run) were left out: {len(config.all('Events/Event'))}."
        )
    pictures = sum(node.configuration.find("BG_Image") is not None for node in workflow.nodes if node.is_comment)
    if pictures:
        notes.append(f"Pictures of comments were left out: {pictures}.")
    if any(node.is_comment or node.is_container for node in workflow.nodes):
        notes.append("Colours and fonts of comments and containers were left out.")
    return notes
