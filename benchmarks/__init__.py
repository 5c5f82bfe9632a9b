"""Speed, measured by hand and reported: each figure beside what a user would otherwise run on the same data."""
