"""What becomes of images that cannot be used: the setting `on_bad_image`, the same in every tool."""

from __future__ import annotations

from engine.context import Context
from tools._files.unusable import Policy as OnBadImage
from tools._files.unusable import Unusable


class BadImages(Unusable):
    """Lists bad images by name and reason, and sums them up at the end."""

    def __init__(self, context: Context, policy: OnBadImage, *, nullable: bool = True) -> None:
        super().__init__(context, policy, "image", "on_bad_image", nullable=nullable)


__all__ = ["BadImages", "OnBadImage"]
