"""How dates are written on screen, language by language."""
