"""The palette category Transform."""

from engine.catalog import Category

CATEGORY = Category(title="Transform", order=5, colour="#e07b00", shape="octagon")
