"""flowrun's engine: it checks and runs workflows. It knows no tool and no TensorFlow.

`engine.tool`, `engine.types`, `engine.errors`, `engine.context` and `engine.testing` are what a tool may import.
"""

__version__ = "0.1.0"
