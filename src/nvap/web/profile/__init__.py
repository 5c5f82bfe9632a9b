"""The problem profile and the hours needed: asked for on a page, made by the worker, kept as files."""
