"""The plan's pages, by what somebody does on them."""
