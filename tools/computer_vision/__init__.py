"""The palette category Computer Vision."""

from engine.catalog import Category

CATEGORY = Category(title="Computer Vision", order=7, colour="#a22843", shape="cut_square")
