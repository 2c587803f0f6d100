"""The client's side of an SMTP dialogue (RFC 5321), up to RCPT and never further.

Own code, where smtplib and aiosmtplib were weighed: both are made to deliver mail, and this is made to watch. They
keep no account of the stages, take the text of a reply without its bounds (an endless multi-line reply fills the
memory), do not tell a cut from a stall, and can send DATA. Here every reply is kept as it came, every stage ends in a
value, and the word DATA cannot be sent.
"""
