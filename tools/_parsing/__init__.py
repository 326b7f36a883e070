"""What the tools share that take texts apart."""
