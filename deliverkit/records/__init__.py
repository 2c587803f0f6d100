"""One module per grammar: text to value. Pure; nothing here asks anything."""
