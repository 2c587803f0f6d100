"""What was seen. `values` holds the frozen facts; the other modules observe them and alone use a resolver."""
