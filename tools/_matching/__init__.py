"""What fuzzy matching is made of."""
