"""The palette category Developer."""

from engine.catalog import Category

CATEGORY = Category(title="Developer", order=10, colour="#6b7280", shape="square")
