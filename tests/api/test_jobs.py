import threading

import pytest

from api.http import jobs
from api.http.plans import Made, Plans
from engine.errors import Code, RuleError
from scenarios.workers import Workers


def test_workers_are_warm_before_their_first_job_and_know_no_web() -> None:
    with Workers(1, jobs.warm) as workers:
        workers.start()
        loaded = "[name in __import__('sys').modules for name in ('pyomo.environ', 'clarabel', 'fastapi')]"
        assert workers.ask(eval, loaded) == [True, True, False]


def test_plans_make_room_by_number_and_by_length() -> None:
    plans = Plans(most_plans=3, most_bytes=100)
    for name in "abcd":
        plans.keep(name, Made({"vi": b"v" + name.encode(), "en": b"e"}))
    assert plans.find("d", "vi") == b"vd"
    assert plans.find("b", "en") == b"e"
    with pytest.raises(RuleError) as lost:
        plans.find("a", "vi")
    assert lost.value.issues[0].code is Code.UNKNOWN_PLAN
    plans.keep("long", Made({"vi": b"x" * 150, "en": b""}, b"p" * 50))
    assert plans.find("long", "vi") == b"x" * 150
    assert plans.packed("long") == b"p" * 50
    for name in "bcd":
        with pytest.raises(RuleError):
            plans.find(name, "vi")


def test_plans_take_many_threads() -> None:
    plans = Plans(most_plans=50)
    names = [[plans.new_name() for _ in range(200)] for _ in range(8)]

    def keep(mine: list[str]) -> None:
        for name in mine:
            plans.keep(name, Made({"vi": name.encode(), "en": b""}))
            assert plans.find(mine[0], "vi") if mine[0] == name else True

    threads = [threading.Thread(target=keep, args=(mine,)) for mine in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everyone = [name for mine in names for name in mine]
    assert len(set(everyone)) == 1600
    kept = 0
    for name in everyone:
        try:
            assert plans.find(name, "vi") == name.encode()
        except RuleError:
            continue
        kept += 1
    assert kept == 50
