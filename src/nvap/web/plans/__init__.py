"""The plan on screen: part 4."""
