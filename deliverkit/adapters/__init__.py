"""One importing module for each foreign library that evaluates mail; each is fed from observed answers."""
