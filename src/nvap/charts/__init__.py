"""A table in, an SVG out; nothing is computed here."""
