"""Pure numbers in, numbers out; one family a file."""
