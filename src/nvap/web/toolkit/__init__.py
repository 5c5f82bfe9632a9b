"""The toolkit on screen: parts 1 to 3."""
