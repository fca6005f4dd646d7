"""Private contact data: only the right key, in the right row, opens it."""

from __future__ import annotations

import pytest

from careerhub.editing.contact import (
    ContactKeys,
    decrypt_contact,
    encrypt_contact,
    make_contact_key,
    parse_contact_keys,
)
from careerhub.errors import CareerHubError, SettingsInvalid

CONTACT = {"email": "ada.private@example.net", "phone": "+1 555 0100"}
OLD, NEW = make_contact_key(), make_contact_key()


def test_what_was_encrypted_comes_back_and_is_not_readable_before() -> None:
    keys = parse_contact_keys(NEW)
    blob, key_id = encrypt_contact(keys, "P1", CONTACT)
    assert b"ada.private" not in blob
    assert decrypt_contact(keys, "P1", key_id, blob) == CONTACT


def test_equal_data_is_never_encrypted_to_equal_bytes() -> None:
    keys = parse_contact_keys(NEW)
    assert encrypt_contact(keys, "P1", CONTACT)[0] != encrypt_contact(keys, "P1", CONTACT)[0]


def test_the_newest_key_encrypts_and_older_ones_still_decrypt() -> None:
    blob, old_id = encrypt_contact(parse_contact_keys(OLD), "P1", CONTACT)
    both = parse_contact_keys(f"{NEW}, {OLD}")
    assert decrypt_contact(both, "P1", old_id, blob) == CONTACT
    assert encrypt_contact(both, "P1", CONTACT)[1] == NEW.partition(":")[0]


def test_a_missing_key_is_named_with_what_to_do() -> None:
    blob, old_id = encrypt_contact(parse_contact_keys(OLD), "P1", CONTACT)
    with pytest.raises(CareerHubError, match=f"profile P1 .*'{old_id}'.*put that key back"):
        decrypt_contact(parse_contact_keys(NEW), "P1", old_id, blob)


def refuses(keys: ContactKeys, owner: str, key_id: str, blob: bytes) -> str:
    """Return the one sentence that says why it doesn't open: whose it is, which key, what to do."""
    with pytest.raises(CareerHubError, match=f"profile {owner} .*'{key_id}'") as caught:
        decrypt_contact(keys, owner, key_id, blob)
    assert "Put the right key back" in str(caught.value)
    assert not any(word in str(caught.value) for word in CONTACT.values())
    return str(caught.value)


def test_a_flipped_bit_is_noticed_wherever_it_is() -> None:
    keys = parse_contact_keys(NEW)
    blob, key_id = encrypt_contact(keys, "P1", CONTACT)
    said = set()
    for place in range(len(blob)):
        for bit in range(8):
            flipped = bytearray(blob)
            flipped[place] ^= 1 << bit
            said.add(refuses(keys, "P1", key_id, bytes(flipped)))
    assert len(said) == 1


def test_cut_or_lengthened_bytes_do_not_open() -> None:
    keys = parse_contact_keys(NEW)
    blob, key_id = encrypt_contact(keys, "P1", CONTACT)
    for length in range(len(blob)):
        refuses(keys, "P1", key_id, blob[:length])
    refuses(keys, "P1", key_id, blob + b"\0")
    refuses(keys, "P1", key_id, b"\0" + blob)


def test_what_was_moved_to_another_profile_does_not_open() -> None:
    keys = parse_contact_keys(NEW)
    blob, key_id = encrypt_contact(keys, "P1", CONTACT)
    refuses(keys, "P2", key_id, blob)
    assert decrypt_contact(keys, "P1", key_id, blob) == CONTACT


def test_another_key_under_the_same_id_does_not_open_it() -> None:
    blob, key_id = encrypt_contact(parse_contact_keys(NEW), "P1", CONTACT)
    refuses(parse_contact_keys(f"{key_id}:{OLD.partition(':')[2]}"), "P1", key_id, blob)


def test_a_swapped_key_id_does_not_open_even_if_both_ids_are_one_key() -> None:
    material = NEW.partition(":")[2]
    keys = parse_contact_keys(f"first:{material},second:{material},{OLD}")
    blob, _ = encrypt_contact(keys, "P1", CONTACT)
    refuses(keys, "P1", "second", blob)
    refuses(keys, "P1", OLD.partition(":")[0], blob)
    assert decrypt_contact(keys, "P1", "first", blob) == CONTACT


@pytest.mark.parametrize(
    "text", ["", "k1", "k1:", "k1:short", "k1:" + "!" * 44, ":" + "A" * 43 + "=", "bad id:" + "A" * 43 + "="]
)
def test_keys_that_are_none_are_refused_without_repeating_them(text: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        parse_contact_keys(f"{NEW},{text}")
    assert "Key 2" in str(caught.value)
    assert NEW.partition(":")[2] not in str(caught.value)
    assert not text or text not in str(caught.value)


def test_two_keys_of_one_id_are_refused() -> None:
    with pytest.raises(SettingsInvalid, match="twice"):
        parse_contact_keys(f"{NEW},{NEW}")


def test_keys_do_not_show_in_logs() -> None:
    keys = parse_contact_keys(NEW)
    assert NEW.partition(":")[2] not in repr(keys)
    assert repr(keys.keys[0][1]) not in repr(keys)
