"""Measures and results for other programs, in JSON, CSV and Parquet, and the tokens that open them."""
