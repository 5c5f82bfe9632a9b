"""Scripted users who walk the running product in a real browser: what each does, which page opens, what it looks like.

python -m journeys [--only NAME] [--out FOLDER]
"""
