"""What the tools for pictures share: opening images safely, writing them, and the steps of Image Processing.

Importing this package loads Pillow; tools do so where they start to work, not where they are described.
"""

from __future__ import annotations

from tools._images.opening import MAX_PIXELS, BadImage, decode, open_image, size_of

__all__ = ["MAX_PIXELS", "BadImage", "decode", "open_image", "size_of"]
