"""flowrun's engine: it checks and runs workflows. It knows no tool and no TensorFlow.

`engine.tool`, `engine.types`, `engine.errors`, `engine.context` and `engine.testing` are what a tool may import.
"""

import os

__version__ = "0.1.0"

# NumPy brings a thread for every core but one. Each spins for 50 ms at every start unless it is to sleep at once.
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")
