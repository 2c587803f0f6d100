"""OMICard's send flow against a real receiver, up to RCPT: the domain, the mail host, the dialogue, the result."""
