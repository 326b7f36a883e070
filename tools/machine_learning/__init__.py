"""The palette category Machine Learning."""

from engine.catalog import Category

CATEGORY = Category(title="Machine Learning", order=8, colour="#00a8c9", shape="scallop")
