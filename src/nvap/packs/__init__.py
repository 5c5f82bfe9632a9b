"""The toolkit as data: read, check, compare, show."""
