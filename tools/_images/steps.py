"""The steps of Image Processing, as they stand in a workflow: `{step: scale, width: 128, height: 128}`."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from tools._images.geometry import Align, Crop, Flip, Rotate, Scale, Shift
from tools._images.tone import Blur, Brightness, Denoise, Greyscale, Sharpen, Threshold

AnyStep: TypeAlias = Annotated[
    Scale | Crop | Shift | Align | Brightness | Greyscale | Threshold | Rotate | Flip | Denoise | Blur | Sharpen,
    Field(discriminator="step"),
]
