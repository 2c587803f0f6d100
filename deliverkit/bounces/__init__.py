"""Bounce codes and what receivers answer: data files, and the two modules that read them."""
