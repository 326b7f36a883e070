"""What the tools share that bring the records of several inputs together."""
