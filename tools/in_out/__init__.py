"""The palette category In/Out."""

from engine.catalog import Category

CATEGORY = Category(title="In/Out", order=1, colour="#049d8d", shape="folder")
