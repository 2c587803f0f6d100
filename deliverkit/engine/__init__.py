"""Discover the checks, observe once, judge, weigh, compare, prove."""
