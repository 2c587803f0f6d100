"""Record changes that the remedies of several checks of name servers share."""

from __future__ import annotations

from deliverkit.model.answer import Rdata
from deliverkit.model.remedy import Action, Actor, RecordChange

_SERVER = "<SECOND-NAME-SERVER>"
_ADDRESS = ("<ITS-ADDRESS>", "192.0.2.1")


def leave_out(zone: str, server: str, others: tuple[str, ...]) -> tuple[RecordChange, ...]:
    """The zone no longer names ``server``; where that would leave a single one, another takes its place."""
    gone = RecordChange(Action.REMOVE, zone, "NS", (server,), by=Actor.REGISTRAR)
    return (gone, *(add_server(zone) if len(others) < 2 else ()))


def add_server(zone: str) -> tuple[RecordChange, ...]:
    """The zone names one more server, which has an address."""
    name = (_SERVER, f"second-name-server.{zone}")
    return (
        RecordChange(Action.ADD, zone, "NS", name[:1], by=Actor.REGISTRAR, blanks=(name,)),
        RecordChange(Action.ADD, name[0], "A", _ADDRESS[:1], blanks=(name, _ADDRESS)),
    )


def publish(name: str, rtype: str, records: tuple[Rdata, ...], alias: str) -> RecordChange:
    """What all servers are to say, as one of them may do already: the alias where there is one, else the records,
    which may be none."""
    if alias:
        return RecordChange(Action.REPLACE, name, "CNAME", (alias,), always=True)
    return RecordChange(Action.REPLACE, name, rtype, records, always=True)
