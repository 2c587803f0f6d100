"""Windows, courtesy to blocklists, and a second try."""

from __future__ import annotations

import asyncio

import pytest

from deliverkit.model.answer import Answer, Question, Status
from deliverkit.resolver.paced import Paced
from tests.resolver.fakes import Scripted, Slow

Q = Question("example.com", "A")


def most_under_way(paced: Paced, slow: Slow, names: list[str]) -> dict[str, int]:
    async def run() -> dict[str, int]:
        askers = [asyncio.create_task(paced.ask(Question(name, "A"))) for name in names]
        for _ in range(5):
            await asyncio.sleep(0)
        held = dict(slow.now)
        slow.release.set()
        assert {(await asker).status for asker in askers} == {Status.OK}
        assert slow.most == held
        return held

    return asyncio.run(run())


def test_no_more_than_the_window() -> None:
    slow = Slow()
    assert most_under_way(Paced(slow, window=3), slow, [f"n{i}.example.com" for i in range(9)]) == {
        "example.com": 3
    }


def test_a_zone_has_its_own_limit_and_does_not_hold_up_the_others() -> None:
    slow = Slow()
    names = [f"n{i}.bl.example.net" for i in range(9)] + [f"n{i}.example.com" for i in range(5)]
    paced = Paced(slow, window=6, zones={"BL.example.net": 2})
    assert most_under_way(paced, slow, names) == {"bl.example.net": 2, "example.com": 4}


def test_the_nearest_zone_counts_and_only_whole_labels() -> None:
    slow = Slow()
    zones = {"example.net": 1, "bl.example.net": 2}
    names = [f"n{i}.{zone}" for zone in ("bl.example.net", "example.net", "notexample.net") for i in range(4)]
    assert most_under_way(Paced(slow, zones=zones), slow, names) == {
        "bl.example.net": 2,
        "example.net": 1,
        "notexample.net": 4,
    }


@pytest.mark.parametrize(
    ("statuses", "retries", "final", "times"),
    [
        ([Status.TIMEOUT, Status.OK], 1, Status.OK, 2),
        ([Status.SERVFAIL, Status.NXDOMAIN], 1, Status.NXDOMAIN, 2),
        ([Status.SERVFAIL, Status.TIMEOUT, Status.OK], 2, Status.OK, 3),
        ([Status.TIMEOUT, Status.TIMEOUT, Status.OK], 1, Status.TIMEOUT, 2),
        ([Status.TIMEOUT, Status.OK], 0, Status.TIMEOUT, 1),
        ([Status.REFUSED, Status.OK], 3, Status.REFUSED, 1),
        ([Status.UNRECORDED, Status.OK], 3, Status.UNRECORDED, 1),
        ([Status.NODATA, Status.OK], 3, Status.NODATA, 1),
    ],
)
def test_retries(statuses: list[Status], retries: int, final: Status, times: int) -> None:
    below = Scripted({"example.com A": [Answer(Q, status) for status in statuses]})
    got = asyncio.run(Paced(below, retries=retries).ask(Q))
    assert (got.status, len(below.asked)) == (final, times)


def test_giving_up_frees_the_place() -> None:
    async def run() -> None:
        slow = Slow()
        paced = Paced(slow, window=1, zones={"example.com": 1})
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await paced.ask(Q)
        slow.release.set()
        assert (await paced.ask(Q)).status is Status.OK

    asyncio.run(run())
