"""Passwords: kept only as Argon2id, asked for length and nothing else."""

from __future__ import annotations

import time

import pytest
from argon2 import PasswordHasher

from careerhub.editing.passwords import (
    LONGEST,
    NO_PASSWORD,
    SHORTEST,
    _read_common_passwords,
    check_password_strength,
    hash_password,
    needs_rehash,
    verify_password,
)
from careerhub.errors import InputInvalid

GOOD = "lantern over the harbour"


def test_the_right_password_is_right_and_every_other_is_wrong() -> None:
    stored = hash_password(GOOD)
    assert verify_password(stored, GOOD)
    assert not verify_password(stored, GOOD + " ")
    assert not verify_password(stored, "")
    assert GOOD not in stored


def test_what_is_kept_is_argon2id_and_fits_its_column() -> None:
    stored = hash_password(GOOD)
    assert stored.startswith("$argon2id$")
    assert len(stored) <= 255
    assert stored != hash_password(GOOD)


@pytest.mark.parametrize("given", ["", NO_PASSWORD, GOOD])
def test_an_account_without_a_password_opens_to_nobody(given: str) -> None:
    assert not verify_password(NO_PASSWORD, given)


def test_the_time_does_not_tell_which_accounts_have_no_password() -> None:
    stored = hash_password(GOOD)

    def measure(stored: str) -> float:
        begun = time.perf_counter()
        verify_password(stored, "something else")
        return time.perf_counter() - begun

    # without care it is a thousandth; a busy machine may make it a half
    assert min(measure(NO_PASSWORD) for _ in range(3)) > min(measure(stored) for _ in range(3)) / 4


def test_a_damaged_hash_opens_to_nobody() -> None:
    assert not verify_password("", GOOD)
    assert not verify_password("$argon2id$v=19$broken", GOOD)
    assert not verify_password(hash_password(GOOD)[:-3], GOOD)


def test_a_letter_typed_in_two_ways_is_one_letter() -> None:
    assert verify_password(hash_password("cafe\u0301 by the harbour"), "caf\u00e9 by the harbour")


def test_bytes_that_are_no_text_are_a_wrong_password_and_no_crash() -> None:
    assert not verify_password(hash_password(GOOD), GOOD + "\udcff")


def test_a_hash_of_a_lower_cost_is_to_be_made_again() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
    assert verify_password(weak, GOOD)
    assert needs_rehash(weak)
    assert not needs_rehash(hash_password(GOOD))
    assert not needs_rehash(NO_PASSWORD)


@pytest.mark.parametrize(
    "password", ["a" * 7 + "z", "水" * SHORTEST, "lamp oil", "🕯" * SHORTEST, "x" * 128, "y" * LONGEST]
)
def test_length_is_all_that_is_asked_for(password: str) -> None:
    check_password_strength(password)


@pytest.mark.parametrize("password", ["", "short-1", "a" * (SHORTEST - 1), "z" * (LONGEST + 1)])
def test_too_short_and_too_long_are_refused_without_repeating_it(password: str) -> None:
    with pytest.raises(InputInvalid, match="characters") as caught:
        check_password_strength(password)
    assert not password or password not in str(caught.value)


@pytest.mark.parametrize("password", ["Tr0ub4dor&3", "Password1", "PASSWORT123", "ｐａｓｓｗｏｒｄ１"])
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(InputInvalid, match="tried first") as caught:
        check_password_strength(password)
    assert password not in str(caught.value)


def test_the_list_of_common_passwords_has_some_thousands_long_enough_to_be_chosen() -> None:
    assert len(_read_common_passwords()) > 8000
    assert min(map(len, _read_common_passwords())) >= SHORTEST
