"""What a posting says: a title and three texts, each a list of pieces from which search makes its words too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from apps.jobs.demo.pay import Pay
from apps.jobs.demo.vocabulary import Family, Level, Occupation, general
from apps.jobs.enums import JobType

_REMOTE, _NATIONWIDE = "REMOTE", "NATIONWIDE"
_AS_WRITTEN = {"79": "TP. Hồ Chí Minh"}
_MANY = ("5", "10", "15", "20", "30")
_FEW = ("một", "một", "hai", "ba")
_SHIFTS = frozenset({"retail", "factory", "food", "hotel", "security", "health", "logistics"})
_SHORT_TITLE = 45
# Vietnamese words without any accent that begin a title or a sentence.
_PLAIN_WORDS = {
    "am", "bao", "ca", "cung", "do", "du", "ghi", "gia", "giao", "ham", "hoa", "khai", "kinh", "lao", "lau", "mang",
    "nhanh", "pha", "quan", "ra", "sao", "sinh", "tay", "tham", "thao", "theo", "thu", "trang", "trung", "vay",
    "vui", "xe", "xem", "xin",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and as what somebody would work."""

    company: str
    place: str
    place_name: str
    spot: str
    level: Level
    job_type: JobType
    pay: Pay

    @property
    def where(self) -> str:
        """Return the place in words, in the middle of a sentence."""
        if self.place == _REMOTE:
            return "nhà"
        if self.place == _NATIONWIDE:
            return "nhiều tỉnh thành"
        return f"{self.spot}, {self.called}" if self.spot else self.called

    @property
    def called(self) -> str:
        """Return the place as people write it."""
        return _AS_WRITTEN.get(self.place, self.place_name)


@dataclass(frozen=True, slots=True)
class Texts:
    """A posting's three texts."""

    description: str
    requirements: str
    benefits: str


def compose(
    dice: Random, family: Family, occupation: Occupation, setting: Setting
) -> tuple[str, Texts]:
    """Return the title of a posting and its texts."""
    plain = dice.choice(occupation.titles[setting.level])
    many = occupation.bulk and setting.level is Level.STAFF
    count = dice.choice(_MANY if many else _FEW)
    layout = dice.choice(_LAYOUTS)
    title = _title(dice, plain, setting, count if many else "")
    opening = general()["openings"].one(dice)
    opening = opening.format(
        company=setting.company, title=lowered(plain), where=setting.where, count=count
    )
    return title, Texts(
        description=_description(dice, family, occupation, setting, opening=opening, layout=layout),
        requirements=layout(_requirements(dice, occupation, setting)),
        benefits=layout(_benefits(dice, family, setting)),
    )


def _title(dice: Random, plain: str, setting: Setting, many: str) -> str:
    if setting.job_type is JobType.PART_TIME:
        return f"{plain} {dice.choice(('bán thời gian', '(part-time)', 'làm thêm', '(ca tối)', '(cuối tuần)'))}"
    if len(plain) > _SHORT_TITLE:
        return plain
    shape = dice.random()
    if many and shape < 0.3:
        return f"Tuyển {many} {lowered(plain)}"
    if setting.place == _REMOTE and shape < 0.5:
        return f"{plain} (làm việc từ xa)"
    if setting.place not in {_REMOTE, _NATIONWIDE}:
        if shape < 0.42:
            return f"{plain} tại {setting.called}"
        if shape < 0.48 and setting.spot:
            return f"{plain} – {setting.spot}"
    lowest = setting.pay.lowest
    if lowest is not None and 0.48 < shape < 0.56 and setting.level is not Level.INTERN:
        return f"{plain} (lương từ {f'{lowest / 1e6:g}'.replace('.', ',')} triệu)"
    if shape > 0.92 and setting.level is Level.STAFF:
        return f"{plain} ({general()['suffixes'].one(dice)})"
    return plain


def lowered(title: str) -> str:
    """Return a title as it stands inside a sentence: names of techniques and English titles keep their capitals."""
    first = title.split(" ", 1)[0]
    if first.lower() in _PLAIN_WORDS or not first.isascii():
        return title[0].lower() + title[1:]
    return title


def _description(
    dice: Random,
    family: Family,
    occupation: Occupation,
    setting: Setting,
    *,
    opening: str,
    layout: Callable[[Sequence[str]], str],
) -> str:
    words = general()
    duties = occupation.duties.some(dice, dice.randrange(3, 6))
    duties += family.duties.some(dice, dice.randrange(1, 3))
    if setting.level is Level.LEAD:
        # Those who lead do less of the work and more of the leading.
        guided = [f"Hướng dẫn nhóm {lowered(duty)}" for duty in duties[:2]]
        duties = words["leading_duties"].some(dice, 3) + guided
    if setting.level is Level.INTERN:
        duties = [f"Hỗ trợ {lowered(duty)}" for duty in duties[:2]] + duties[2:4]
    terms = _terms(dice, family, setting)
    closing = words["closings"].one(dice)
    return "\n".join(filter(None, (opening, layout(duties), *terms, closing)))


def _terms(dice: Random, family: Family, setting: Setting) -> list[str]:
    words = general()
    if setting.place == _REMOTE:
        place = words["remote_terms"].one(dice)
    elif setting.place == _NATIONWIDE:
        place = words["nationwide_terms"].one(dice)
    else:
        place = words["places_of_work"].one(dice).format(where=setting.where)
    kinds: Mapping[JobType, str] = {
        JobType.PART_TIME: "part_time_hours",
        JobType.FREELANCE: "freelance_terms",
        JobType.INTERNSHIP: "intern_terms",
    }
    hours = kinds.get(setting.job_type, "shifts" if family.name in _SHIFTS else "hours")
    # Who works by the piece works where they like.
    if setting.job_type is JobType.FREELANCE and setting.place == _REMOTE:
        return [words[hours].one(dice)]
    return [place, words[hours].one(dice)]


def _requirements(dice: Random, occupation: Occupation, setting: Setting) -> list[str]:
    words, level = general(), setting.level
    own = occupation.requirements[level].some(dice, dice.randrange(2, 4))
    own += occupation.shared[level].some(dice, dice.randrange(1, 4))
    if level is Level.INTERN:
        return words["interns"].some(dice, 2) + own[:3]
    if level is Level.STAFF:
        return own
    years = dice.randrange(3, 6) if level is Level.SENIOR else dice.randrange(4, 8)
    # One sentence about years is enough.
    own = [sentence for sentence in own if " năm" not in sentence]
    own.insert(0, words["experience"].one(dice).format(years=years))
    return own + words["leading"].some(dice, 2) if level is Level.LEAD else own


def _benefits(dice: Random, family: Family, setting: Setting) -> list[str]:
    words = general()
    if setting.level is Level.INTERN:
        return words["intern_benefits"].some(dice, 2) + family.benefits.some(dice, 1)
    if setting.job_type is JobType.FREELANCE:
        return words["freelance_benefits"].some(dice, 2)
    return family.benefits.some(dice, dice.randrange(2, 4)) + words["benefits"].some(
        dice, dice.randrange(2, 4)
    )


def _dashes(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _bullets(sentences: Sequence[str]) -> str:
    return "\n".join(f"• {sentence}" for sentence in sentences)


def _prose(sentences: Sequence[str]) -> str:
    return " ".join(f"{sentence}." for sentence in sentences)


def _clauses(sentences: Sequence[str]) -> str:
    first, *others = sentences
    return "; ".join([first, *map(lowered, others)]) + "."


def _lines(sentences: Sequence[str]) -> str:
    return "\n".join(f"{sentence}." for sentence in sentences)


_LAYOUTS = (_dashes, _dashes, _bullets, _prose, _clauses, _lines)
