"""Constants and messages of wrong settings."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import Field, field_validator

from engine.settings import fill, misspelt, read
from engine.tool import Config, Home


class Inner(Config):
    width: int = 1


class Crop(Config):
    step: Literal["crop"]


class Scale(Config):
    step: Literal["scale"]


class Settings(Config):
    path: str
    """The folder, such as `a.b`. What else is said
    of it."""
    mode: Literal["first", "last"] = "first"
    steps: list[Inner] = []
    acts: list[Annotated[Crop | Scale, Field(discriminator="step")]] = []
    share: float = Field(default=0.5, ge=0, le=1)
    even: int = 0

    @field_validator("even")
    @classmethod
    def _even(cls, number: int) -> int:
        if number % 2:
            raise ValueError(f"{number!r} is odd")
        return number


def test_constants_are_filled_in_and_other_percent_signs_stay() -> None:
    constants = {"images": "pics", "User.images": "pics", "Engine.Version": "1"}
    assert fill({"a": ["%images%/x", "%User.images%"], "b": "%Y-%m-%d 50%", "c": 3}, constants) == {
        "a": ["pics/x", "pics"],
        "b": "%Y-%m-%d 50%",
        "c": 3,
    }


def test_a_constant_that_is_misspelt_is_spoken_of_and_a_date_format_is_not() -> None:
    given = {"path": "%imges%/x", "list": [{"format": "%Y-%m-%d %H:%M"}, "%images%", "%Image%"]}
    found = list(misspelt(given, {"images": "pics"}))
    assert [(warning.setting, warning.message, warning.hint) for warning in found] == [
        ("path", "There is no constant 'imges'.", "Did you mean 'images'?"),
        ("list.2", "There is no constant 'Image'.", "Did you mean 'images'?"),
    ]


@pytest.mark.parametrize(
    ("settings", "setting", "message"),
    [
        ({}, "path", "The setting 'path' is missing. The folder, such as `a.b`."),
        ({"path": "x", "pth": 1}, "pth", "Unknown setting 'pth'. Did you mean 'path'?"),
        (
            {"path": "x", "mode": "lst"},
            "mode",
            "mode: Input should be 'first' or 'last', not 'lst'. Did you mean 'last'?",
        ),
        ({"path": "x", "acts": [{"width": 1}]}, "acts.0", "acts.0: the setting 'step' is missing."),
        (
            {"path": "x", "acts": ["scale"]},
            "acts.0",
            "acts.0: Input should be settings with their names, as in {name: value}, not 'scale'.",
        ),
        ({"path": "x", "acts": [{"step": "scal"}]}, "acts.0", "acts.0: there is no 'scal'. Did you mean 'scale'?"),
        ({"path": "x", "share": 2}, "share", "share: Input should be less than or equal to 1, not 2."),
        ({"path": "x", "even": 3}, "even", "even: 3 is odd."),
        ({"path": "x", "steps": [{"widht": 3}]}, "steps.0.widht", "Unknown setting 'widht'. Did you mean 'width'?"),
    ],
)
def test_messages(settings: dict[str, object], setting: str, message: str) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        read(Settings, settings, Home())
    (error,) = caught.value.exceptions
    assert (getattr(error, "setting", None), str(error)) == (setting, message)
