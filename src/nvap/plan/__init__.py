"""A plan as plain data: its form, what stands in it at a version, its snapshot and hash, and how versions differ."""
