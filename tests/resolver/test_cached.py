"""One question, one flight."""

from __future__ import annotations

import asyncio

import pytest

from deliverkit.model.answer import Answer, Question, Status
from deliverkit.resolver.cached import Cached
from tests.resolver.fakes import Scripted, Slow, question

A = Question("a.example.com", "A")
B = Question("b.example.com", "A")


def test_concurrent_askers_share_one_flight() -> None:
    async def run() -> None:
        slow = Slow()
        cached = Cached(slow)
        askers = [asyncio.create_task(cached.ask(q)) for q in (A, A, B, A)]
        await asyncio.sleep(0.01)
        assert slow.asked == [A, B]
        slow.release.set()
        answers = await asyncio.gather(*askers)
        assert [answer.question for answer in answers] == [A, A, B, A]
        assert await cached.ask(A) is answers[0]
        assert slow.asked == [A, B]

    asyncio.run(run())


@pytest.mark.parametrize("status", [Status.OK, Status.NXDOMAIN, Status.TIMEOUT])
def test_every_answer_is_kept_until_it_is_forgotten(status: Status) -> None:
    below = Scripted({"a.example.com A": [Answer(A, status), Answer(A, Status.NODATA)]})
    cached = Cached(below)

    async def run() -> list[Status]:
        first = [(await cached.ask(A)).status, (await cached.ask(A)).status]
        cached.forget(B)
        again = (await cached.ask(A)).status
        cached.forget(A)
        return [*first, again, (await cached.ask(A)).status]

    assert asyncio.run(run()) == [status, status, status, Status.NODATA]


def test_answers_are_in_order_of_completion() -> None:
    class Ordered:
        async def ask(self, question: Question) -> Answer:
            await asyncio.sleep(0.02 if question == A else 0)
            return Answer(question, Status.OK)

    async def run() -> tuple[Answer, ...]:
        cached = Cached(Ordered())
        await asyncio.gather(cached.ask(A), cached.ask(B), cached.ask(A))
        return cached.answers

    assert [answer.question for answer in asyncio.run(run())] == [B, A]


def test_forgetting_everything_forgets_what_is_under_way() -> None:
    async def run() -> None:
        slow = Slow()
        cached = Cached(slow)
        asker = asyncio.create_task(cached.ask(A))
        await asyncio.sleep(0.01)
        cached.forget()
        slow.release.set()
        assert (await asker).status is Status.OK
        assert cached.answers == ()
        await cached.ask(A)
        assert slow.asked == [A, A]
        assert len(cached.answers) == 1

    asyncio.run(run())


def test_one_asker_giving_up_does_not_touch_the_others() -> None:
    async def run() -> None:
        slow = Slow()
        cached = Cached(slow)
        first, second = (asyncio.create_task(cached.ask(A)) for _ in range(2))
        await asyncio.sleep(0.01)
        first.cancel()
        await asyncio.sleep(0.01)
        slow.release.set()
        assert (await second).status is Status.OK
        assert first.cancelled()
        assert slow.asked == [A]

    asyncio.run(run())


def test_all_askers_giving_up_still_leaves_the_answer() -> None:
    async def run() -> None:
        slow = Slow()
        cached = Cached(slow)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await cached.ask(A)
        slow.release.set()
        assert (await cached.ask(A)).status is Status.OK
        assert slow.asked == [A]

    asyncio.run(run())


def test_a_loop_that_ends_early_leaves_nothing_that_hurts_the_next() -> None:
    cached = Cached(Slow())

    async def start() -> None:
        asyncio.create_task(cached.ask(A))  # noqa: RUF006 - it is meant to be lost
        await asyncio.sleep(0)

    asyncio.run(start())
    assert cached.answers == ()

    async def again() -> Answer:
        cached._below = Scripted({"a.example.com A": [Answer(A, Status.OK)]})
        return await cached.ask(A)

    assert asyncio.run(again()).status is Status.OK


def test_an_exception_from_below_reaches_every_asker_and_is_not_kept() -> None:
    class Broken:
        calls = 0

        async def ask(self, question: Question) -> Answer:
            self.calls += 1
            await asyncio.sleep(0)
            raise AssertionError(str(question))

    async def run() -> None:
        broken = Broken()
        cached = Cached(broken)
        errors = await asyncio.gather(cached.ask(A), cached.ask(A), return_exceptions=True)
        assert [str(error) for error in errors] == ["a.example.com A", "a.example.com A"]
        with pytest.raises(AssertionError):
            await cached.ask(question("a.example.com A"))
        assert broken.calls == 2

    asyncio.run(run())
