"""Runs SQL: the one room that names DuckDB and SQLGlot."""
