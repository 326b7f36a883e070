"""What the tools share that list files."""
