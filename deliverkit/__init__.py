"""deliverkit: will this mail bounce, with which code, why, and what exactly do I change?"""

__version__ = "0.1.0"
