"""The shape of a kinship: the steps that lead from ego to alter, with sexes, and no names."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Sex(StrEnum):
    """The sex of a person, as far as kinship words ask for it."""

    MALE = "m"
    FEMALE = "f"
    UNKNOWN = ""


class Move(StrEnum):
    """One step from a person to the next."""

    PARENT = "parent"
    CHILD = "child"
    SPOUSE = "spouse"
    SIBLING = "sibling"
    """To somebody who is stated to be a sibling, where no common parent is known."""


class Bond(StrEnum):
    """What makes a parent of a child, or a child of a parent."""

    BIRTH = "birth"
    ADOPTIVE = "adoptive"
    FOSTER = "foster"
    STEP = "step"
    SEALING = "sealing"


class Whole(StrEnum):
    """Whether the two children under the top of a line share both parents."""

    FULL = "full"
    HALF = "half"
    UNKNOWN = ""
    """One parent in common is known; of one child or both the other parent is not."""


class Step(NamedTuple):
    """A move, the sex of the person arrived at, and what makes the parent a parent.

    At the top of a line through a couple (`Kin.whole` is FULL) the step arrives at both parents
    and its sex is UNKNOWN.
    """

    move: Move
    sex: Sex = Sex.UNKNOWN
    bond: Bond = Bond.BIRTH


class Kin(NamedTuple):
    """What alter is to ego: ego's sex, the steps from ego to alter, and `whole` of its one climb
    that turns down again (UNKNOWN where there is none).

    A climb (`parent` … `child`) turns at most once between two marriages. `whole` speaks of the
    first turn; `wholes` has one value a turn, in order.
    """

    ego: Sex
    steps: tuple[Step, ...]
    wholes: tuple[Whole, ...] = ()

    @property
    def whole(self) -> Whole:
        """Of the first turn."""
        return self.wholes[0] if self.wholes else Whole.UNKNOWN

    @property
    def alter(self) -> Sex:
        """The sex of alter."""
        return self.steps[-1].sex if self.steps else self.ego

    def pattern(self) -> str:
        """The moves as letters: U up to a parent, D down to a child, S spouse, B sibling."""
        return "".join(_LETTERS[step.move] for step in self.steps)


_LETTERS = {Move.PARENT: "U", Move.CHILD: "D", Move.SPOUSE: "S", Move.SIBLING: "B"}
