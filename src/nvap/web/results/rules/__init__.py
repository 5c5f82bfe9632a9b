"""The pages of counting rules: what each counts and finds, and how a force makes, changes and retires its own."""
