"""Email authentication to the letter, with a trace: SPF, DKIM, ARC, DMARC and all of them for one message."""
