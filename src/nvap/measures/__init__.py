"""From a measure's declaration to stored results with their provenance."""
