"""The rows that the index of kin is made from, and the codes that stand in it."""

from __future__ import annotations

from typing import NamedTuple

from kg.model.kin import Bond

BONDS = (Bond.BIRTH, Bond.ADOPTIVE, Bond.FOSTER, Bond.STEP, Bond.SEALING)
"""The kinds of parent in the order of their codes; 0 is birth."""
SEXES = ("", "m", "f")
"""The sexes in the order of their codes."""


class PersonRow(NamedTuple):
    """A person: IRI, name, sex ("m", "f", ""), and bounds of birth and death as `xsd:date` or "".

    `dead`: known to be dead, even where no day bounds the death.
    """

    iri: str
    label: str = ""
    sex: str = ""
    birth_first: str = ""
    birth_last: str = ""
    death_first: str = ""
    death_last: str = ""
    dead: bool = False


class BondRow(NamedTuple):
    """A child and one of its parents, by IRI; `possible`: only a rival claim makes it."""

    child: str
    parent: str
    bond: Bond = Bond.BIRTH
    possible: bool = False


class UnionRow(NamedTuple):
    """A couple: the days, as `xsd:date` or "", between which it surely was; `ended`: by divorce
    or by a death.
    """

    one: str
    other: str
    first: str = ""
    last: str = ""
    ended: bool = False
    possible: bool = False
