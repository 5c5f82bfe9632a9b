"""Who did what, when: one chain of lines a force, which nobody changes."""
