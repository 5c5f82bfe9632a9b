"""The same measures as a user would write them by hand: one DuckDB query, or pandas with statsmodels."""
