"""A small Internet on loopback: a name server, example domains, healthy and broken, and faults to switch on."""
