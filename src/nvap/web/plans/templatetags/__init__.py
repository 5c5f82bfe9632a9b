"""What the plan's templates ask for by name."""
