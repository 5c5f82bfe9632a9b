"""Tables, drawings and plans as files for people: PDF and PNG."""
