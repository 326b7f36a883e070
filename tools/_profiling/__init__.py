"""What the tools share that look into the values of fields."""
