"""Columns that are worked out from others, a file for each kind; `nvap.packs.derived_columns` holds them all."""
