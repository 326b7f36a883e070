"""What becomes of images that cannot be used: the setting `on_bad_image`, the same in every tool."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from engine.context import Context
from engine.errors import ToolError

# In YAML a plain `null` is no text but nothing; here it is the word.
OnBadImage = Annotated[
    Literal["stop", "skip", "null"], BeforeValidator(lambda policy: "null" if policy is None else policy)
]

_LISTED = 20


class BadImages:
    """Lists bad images by name and reason, the first few each, and sums them up at the end.

    Its notes come back by `take`.

    Args:
        policy: `stop` at the first, `skip` their records, or keep them with `null` for the image.
    """

    def __init__(self, context: Context, policy: OnBadImage) -> None:
        self.count = 0
        self._context = context
        self._policy = policy
        self._seen = 0

    def add(self, name: str, reason: str) -> None:
        """Take note of a bad image.

        Raises:
            ToolError: the policy is `stop`.
        """
        if self._policy == "stop":
            raise ToolError(
                f"{name}: {reason}.",
                hint="Set on_bad_image to skip to leave such records out, or to null to keep them without an image.",
                setting="on_bad_image",
            )
        self._context.note(f"{name}: {reason}.")

    def saw(self, images: int) -> None:
        """Count images, good and bad."""
        self._context.note(images)

    def take(self, note: str | int) -> None:
        """List a bad image, or count images."""
        if isinstance(note, int):
            self._seen += note
            return
        self.count += 1
        if self.count <= _LISTED:
            self._context.warning(note)

    def sum_up(self) -> None:
        """Say how many of the images were bad, if any were."""
        if self.count > _LISTED:
            self._context.warning(f"{self.count - _LISTED:,} more bad images are not listed.")
        if self.count:
            verb = "was" if self.count == 1 else "were"
            fate = f"{verb} left out" if self._policy == "skip" else "became null"
            self._context.warning(f"{self.count:,} of {self._seen:,} images could not be used and {fate}.")
