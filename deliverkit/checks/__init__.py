"""One file is one fault: the path is its id, the docstring its page, `judge` a pure function of facts."""
