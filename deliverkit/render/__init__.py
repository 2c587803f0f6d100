"""From a report to text, one file for each format. Pure: the same report gives the same text everywhere."""
