"""A measure's further pictures: which it can have, worked out by the worker, and shown on pages of their own."""
