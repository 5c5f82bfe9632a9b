"""From a force's extracts to typed, pseudonymised, dated rows that a measure can trust."""
