"""How the accounts of two passes become four lists."""

from __future__ import annotations

from typing import Any

from converter.mapping import Move, Moved
from converter.report import SILENT, UNKNOWN, Addition, MappingReport, Omission, account
from converter.residue import Residue
from converter.table import Row


def row(name: str, relation: str = "exact", note: str = "") -> Row:
    return Row.model_validate(
        {"pivot": name, "wire": name, "via": "string", "cite": name, "relation": relation, "note": note}
    )


def moved(*moves: tuple[str, str], residue: tuple[Residue, ...] = (), rule: Row | None = None) -> Moved:
    made = tuple(Move(rule or row("rule"), source, target) for source, target in moves)
    return Moved(tree={}, moves=made, residue=residue)


def lists(report: MappingReport) -> dict[str, list[tuple[str, str]]]:
    return {
        name: [(entry.source, entry.target) for entry in getattr(report, name)]
        for name in ("mapped", "approximated", "left_out", "added")
        if getattr(report, name)
    }


def test_a_value_that_both_passes_carry_exactly_is_mapped() -> None:
    report = account(moved(("/a", "/p")), moved(("/p", "/b")))
    assert lists(report) == {"mapped": [("/a", "/b")]}
    assert report.mapped[0].rule == "rule"


def test_a_rule_that_is_not_exact_makes_it_approximate_and_its_note_is_told() -> None:
    loose = row("loose", "broader", "It says less.")
    report = account(moved(("/a", "/p"), rule=loose), moved(("/p", "/b")))
    assert lists(report) == {"approximated": [("/a", "/b")]}
    assert report.approximated[0].note == "It says less."
    assert report.approximated[0].rule == "loose → rule"


def test_a_value_is_found_again_above_and_below_its_place_on_the_pivot() -> None:
    below = account(moved(("/a", "/p")), moved(("/p/q", "/b"), ("/p/r/s", "/c"), ("/pq", "/d")))
    assert lists(below) == {"mapped": [("/a", "/b"), ("/a", "/c")], "added": [("", "/d")]}
    above = account(moved(("/a", "/p/q")), moved(("/p", "/b")))
    assert lists(above) == {"mapped": [("/a", "/b")]}


def test_a_value_that_stands_exactly_in_one_of_two_places_is_mapped() -> None:
    loose = row("loose", "narrower", "A part.")
    lifted = moved(("/a", "/p"))
    lowered = Moved(tree={}, moves=(Move(row("x"), "/p", "/b"), Move(loose, "/p", "/c")), residue=())
    report = account(lifted, lowered)
    assert lists(report) == {"mapped": [("/a", "/b"), ("/a", "/c")]}
    assert [entry.note for entry in report.mapped] == ["", "A part."]


def test_what_no_row_reads_is_left_out_and_unknown_unless_the_table_says_why() -> None:
    residue = (Residue("/a", "A gap."), Residue("/b", ""))
    report = account(moved(residue=residue), moved())
    assert [(one.source, one.note) for one in report.left_out] == [("/a", "A gap."), ("/b", UNKNOWN)]


def test_what_the_target_cannot_hold_is_left_out_for_the_table_s_reason() -> None:
    stranded = moved(residue=(Residue("/p", "No place."),))
    report = account(moved(("/a", "/p"), ("/b", "/q")), stranded)
    assert [(one.source, one.note) for one in report.left_out] == [("/a", "No place."), ("/b", SILENT)]


def test_what_a_step_took_off_is_left_out_even_where_something_else_took_its_place() -> None:
    report = account(
        moved(("/a", "/p/q")),
        moved(("/p/q", "/b")),
        omissions=[Omission(pivot="/p", why="Another stands here.")],
        additions=[Addition(pivot="/p", rule="profile", why="The profile's word.")],
    )
    assert lists(report) == {"left_out": [("/a", "")], "added": [("", "/b")]}
    assert report.left_out[0].note == "Another stands here."


def test_what_lost_a_part_on_the_pivot_is_approximate() -> None:
    report = account(
        moved(("/a", "/p")),
        moved(("/p", "/b")),
        omissions=[Omission(pivot="/p/nl", why="One language only.")],
    )
    assert lists(report) == {"approximated": [("/a", "/b")]}
    assert report.approximated[0].note == "One language only."


def test_what_could_not_be_dealt_out_is_left_out_or_approximate() -> None:
    lifted = moved(("/a", "/p"), ("/b", "/q"))
    lowered = moved(("/p", "/x/0"), ("/q", "/y"))
    report = account(lifted, lowered, undealt=[Residue("/x/0", "Gone."), Residue("/y/1", "Half.")])
    assert lists(report) == {"approximated": [("/b", "/y")], "left_out": [("/a", "")]}
    assert (report.left_out[0].note, report.approximated[0].note) == ("Gone.", "Half.")


def test_parts_of_one_value_are_told_as_that_value() -> None:
    def origin(pointer: str) -> str:
        return "/words" if pointer.startswith("/words") else pointer

    lifted = moved(("/words/0", "/p"), ("/words/1", "/q"))
    both = account(lifted, moved(("/p", "/b"), ("/q", "/c")), origin=origin)
    assert lists(both) == {"mapped": [("/words", "/b"), ("/words", "/c")]}
    half = account(lifted, moved(("/p", "/b"), residue=(Residue("/q", "One only."),)), origin=origin)
    assert lists(half) == {"approximated": [("/words", "/b")]}
    assert half.approximated[0].note == "One only."


def test_an_addition_is_told_once_at_the_place_that_holds_all_of_it() -> None:
    report = account(
        moved(),
        moved(("/p/q", "/b/0/x"), ("/p/r", "/b/0/y/z")),
        additions=[Addition(pivot="/p", rule="structure", why="Because.")],
    )
    assert lists(report) == {"added": [("", "/b/0")]}


def test_what_a_step_puts_inside_a_node_that_was_lifted_whole_is_added() -> None:
    report = account(
        moved(("/a", "/p")),
        moved(("/p/url", "/b/url"), ("/p/content", "/b/content")),
        additions=[Addition(pivot="/p/content", rule="picture", why="Its address answered.")],
    )
    assert lists(report) == {"mapped": [("/a", "/b/url")], "added": [("", "/b/content")]}


def test_a_value_without_a_source_or_a_word_is_made_from_values_at_hand() -> None:
    report = account(moved(), moved(("/p", "/b")))
    assert report.added[0].note == "Made from values at hand."


def test_places_are_told_as_they_are_written() -> None:
    def place(pointer: str) -> str:
        return pointer.replace("/arranged", "/real")

    report = account(moved(("/a", "/p")), moved(("/p", "/arranged/x"), ("/q", "/arranged/y")), place=place)
    assert lists(report) == {"mapped": [("/a", "/real/x")], "added": [("", "/real/y")]}


def test_every_door_shows_the_same_four_lists() -> None:
    shown: dict[str, list[dict[str, Any]]] = account(moved(("/a", "/p")), moved(("/p", "/b"))).to_dict()
    assert list(shown) == ["mapped", "approximated", "left_out", "added"]
    assert shown["mapped"] == [{"source": "/a", "target": "/b", "rule": "rule", "note": ""}]
