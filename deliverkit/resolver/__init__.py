"""The only door to DNS. Resolvers stack: each is one method, and a failure is an Answer, never an exception."""

from typing import Protocol

from deliverkit.model.answer import Answer, Question


class Resolver(Protocol):
    """Anything that can be asked: the network, a zone file, a recording, or a layer over another resolver."""

    async def ask(self, question: Question) -> Answer:
        """Answer ``question``, with CNAMEs followed. Trouble on the way is a Status, not an exception."""
        ...
