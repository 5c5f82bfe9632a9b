"""The measures on screen, and the job that computes them."""
