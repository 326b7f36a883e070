"""What the tools that compute with expressions share."""
