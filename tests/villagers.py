"""
Made-up households that register by chat: what is true of each, how it types, and how it answers what it is asked.

A household knows the bot's sentences as people read them and nothing of its inside. It answers honestly, mistypes,
looks its registration over and corrects what it sees is wrong. All is drawn from one `Random`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from handlers import texts
from handlers.cases import Form, Standing
from handlers.flows.standing import review_year
from knowledge.catalogue import PLANS, Area, Catalogue, Former
from knowledge.text import fold

PATIENCE = 40
"""Messages after which a household gives up."""
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Thạch", "Lý", "Sơn", "Hà", "Quách", "Điểu")
MIDDLES = ("Thị", "Văn", "Thị Mỹ", "Hữu", "Ngọc", "Thị Kim", "Minh", "Đức")
GIVEN = (
    "Lan",
    "Hoa",
    "Út",
    "Bình",
    "Sáu",
    "Mười",
    "Hạnh",
    "Tư",
    "Nở",
    "Phượng",
    "Dũng",
    "Thảo",
    "Đẹp",
    "Khiêm",
    "Sen",
)
PREFIXES = ("032", "035", "039", "056", "070", "077", "081", "088", "090", "091", "097", "098")
KINDS = {"soc-trang": "khóm", "ben-tre": "ấp", "cam-thuy": "thôn", "dong-nai": "ấp", "vinh-phuc": "thôn"}
ABBREVIATED = (("phường ", "p "), ("phường ", "p."), ("thành phố ", "tp "), ("huyện ", "h "), ("thị trấn ", "tt "))
WISHES = (
    "/dangky",
    "nha em muon thoat ngheo",
    "tôi muốn đăng ký thoát nghèo",
    "cho tui dang ky thoat ngheo",
    "Đăng ký thoát nghèo",
    "nhà tôi muốn xin ra khỏi hộ nghèo",
)
QUESTIONS = (
    "hộ nghèo cần đạt gì để được khen?",
    "khi nao phai bao cao?",
    "hỏi để làm gì vậy",
    "ai xem duoc may cai nay",
    "thoat ngheo roi co mat bao hiem khong",
    "vay vốn thì hỏi ai?",
    "có những hình thức khen nào?",
    "đăng ký rồi bao lâu có kết quả?",
)
PAUSES = ("để sau", "mai lam tiep", "giờ bận", "de lat nua nha", "để bữa khác")
RELATIONS = ("trưởng thôn, ấp, khóm", "cán bộ hoặc hội viên đoàn thể", "con cháu, người nhà", "hàng xóm")
HOWS = ("ngồi cạnh, nói đồng ý", "gọi điện, nói đồng ý", "viết giấy, có ký tên")
REASONS = ("Nhà mong có thêm việc làm gần nhà", "Mong cán bộ tới nhà xem giúp")
SPOKEN = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
LABELS = {
    "Người ghi giúp": "helper",
    "Chủ hộ": "head",
    "Điện thoại": "phone",
    "Nơi ở": "address",
    "Thôn, ấp, khóm": "hamlet",
    "Diện": "standing",
    "Từ năm": "since",
    "Số người": "members",
    "Số người làm được việc": "workers",
    "Đăng ký": "leaving",
    "Xét vào": "year",
    "Mong giúp": "needs",
    "Nói thêm": "reason",
}
LEAVINGS = {
    Standing.POOR: {Standing.POOR: "thoát hộ nghèo"},
    Standing.NEAR_POOR: {Standing.NEAR_POOR: "thoát hộ cận nghèo"},
    Standing.JUST_LEFT: {Standing.NEAR_POOR: "thoát hộ cận nghèo", Standing.POOR: "giữ vững, không tái nghèo"},
}


@dataclass(frozen=True, slots=True)
class Said:
    """
    A reply as a program gets it: its words, and its choices as (id, label).
    """

    text: str
    choices: tuple[tuple[str, str], ...] = ()


Line = Mapping[str, str]
"""What is said: `{"text": …}` or `{"choice": …}`."""


@dataclass(frozen=True, slots=True)
class Home:
    """
    Where a household lives: the commune of today, its older name, the plan place.
    """

    area: Area
    was: Former
    place: str


@dataclass(frozen=True, slots=True)
class Truth:
    """
    What is true of a household, with the names as it writes them.
    """

    head: str
    phone: str
    home: Home
    hamlet: str
    standing: Standing
    since: int | None
    members: int
    workers: int
    leaving: Standing
    year: int
    needs: frozenset[str]
    reason: str | None
    helper: tuple[str, str, str, date] | None

    def wrong_in(self, form: Form) -> list[str]:
        """
        The fields of a stored form that are not so.
        """
        helper = form.helper and (form.helper.name, form.helper.relation, form.helper.consent_how)
        on = form.helper and form.helper.consent_on
        agrees = {
            "head": form.head == self.head,
            "phone": form.phone == self.phone,
            "unit": form.unit == self.home.area.code,
            "area": form.area == self.home.area.full,
            "was": form.was in (None, self.home.was.full),
            "place": form.place == self.home.place,
            "hamlet": tidy_hamlet(form.hamlet) == tidy_hamlet(self.hamlet),
            "standing": form.standing == self.standing,
            "since": form.since == self.since,
            "members": form.members == self.members,
            "workers": form.workers == self.workers,
            "leaving": form.leaving == self.leaving,
            "year": form.year == self.year,
            "needs": frozenset(form.needs) == self.needs,
            "reason": form.reason == self.reason,
            "helper": helper == (self.helper and self.helper[:3]),
            "helper_on": on == (self.helper and shown_day(self.helper[3])),
        }
        return [name for name, right in agrees.items() if not right]


def shown_day(day: date) -> str:
    """
    "24/11/2026".
    """
    return f"{day.day}/{day.month}/{day.year}"


def tidy_hamlet(text: str) -> str:
    """
    A hamlet without marks and kind: "Ấp 2", "ap 2" and "2" are one.
    """
    return re.sub(r"^(?:thon|ap|khom|khu|kp|k)\W*(?=\w)", "", fold(text)).strip(" .,")


def homes(catalogue: Catalogue) -> list[tuple[Home, ...]]:
    """
    All former communes of each of the five plans that became one commune.
    """
    areas = {area.code: area for area in catalogue.areas}
    return [
        tuple(
            Home(areas[old.codes[0]], old, slug)
            for old in catalogue.former
            if old.inside(inside) and len(old.codes) == 1 and old.codes[0] in areas
        )
        for slug, inside in PLANS.items()
    ]


def without_marks(text: str) -> str:
    """
    The text without diacritics, its capitals kept.
    """
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


TELEX = {"ế": "ees", "ề": "eef", "ệ": "eej", "ễ": "eex", "ị": "ij", "ố": "oos", "ộ": "ooj", "ă": "aw", "ấ": "aas"}
TELEX |= {
    "ạ": "aj",
    "á": "as",
    "ả": "ar",
    "ư": "uw",
    "ơ": "ow",
    "ê": "ee",
    "â": "aa",
    "ô": "oo",
    "ú": "us",
    "à": "af",
}


def mistyped(random: Random, text: str) -> str:
    """
    One slip: two letters swapped, one dropped or doubled, or the keys of Telex left as they are.
    """
    residue = [at for at, letter in enumerate(text) if letter in TELEX]
    if residue and random.random() < 0.4:
        at = random.choice(residue)
        return text[:at] + TELEX[text[at]] + text[at + 1 :]
    inside = [at for at in range(1, len(text) - 1) if text[at].isalpha() and text[at + 1].isalpha()]
    if not inside:
        return text
    at = random.choice(inside)
    slips = (text[at + 1] + text[at] + text[at + 2 :], text[at + 1 :], text[at] + text[at:])
    return text[:at] + random.choice(slips)


def draw_truth(random: Random, places: Sequence[Sequence[Home]], today: date, *, marks: bool) -> Truth:
    """
    A household's truth; the five plans have the same share.
    """
    home = random.choice(random.choice(places))
    standing = random.choice(list(Standing))
    members = random.choices(range(1, 10), (1, 3, 4, 5, 4, 3, 1, 1, 1))[0]
    written = (lambda text: text) if marks else without_marks
    first = review_year(today)
    needs = random.sample(list(texts.NEEDS), random.choices((0, 1, 2, 3), (1, 5, 3, 1))[0])
    helps = random.random() < 0.15
    return Truth(
        head=written(_name(random)),
        phone=random.choice(PREFIXES) + f"{random.randrange(10**7):07d}",
        home=home,
        hamlet=f"{KINDS[home.place]} {random.randint(1, 12)}",
        standing=standing,
        since=random.choice((None, *range(today.year - 12, today.year + 1))),
        members=members,
        workers=random.randint(0, min(members, 4)),
        leaving=random.choice(list(LEAVINGS[standing])),
        year=random.choices((first, first + 1), (19, 1))[0],
        needs=frozenset(needs),
        reason=written(random.choice(REASONS)) if random.random() < 0.05 else None,
        helper=(
            written(_name(random)),
            random.choice(RELATIONS),
            random.choice(HOWS),
            today - timedelta(days=random.choice((0, 0, 1, 3))),
        )
        if helps
        else None,
    )


def _name(random: Random) -> str:
    return f"{random.choice(SURNAMES)} {random.choice(MIDDLES)} {random.choice(GIVEN)}"


@dataclass
class Household:
    """
    One person at the bot: hears replies, says the next line, counts what it said.
    """

    user: str
    truth: Truth
    random: Random
    today: date
    marks: bool
    said: int = 0
    receipt: str | None = None
    gave_up: bool = False
    waiting: Line | None = None
    heard: list[Said] = field(default_factory=list)
    transcript: list[str] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)
    """What it will do besides answering, once each: ask, back, pause, cancel."""
    _asked: str = ""
    _again: int = 0

    @property
    def finished(self) -> bool:
        """
        Whether it says no more.
        """
        return self.receipt is not None or self.gave_up

    def next_line(self) -> Line | None:
        """
        What it says now; None when it has its receipt or gives up.
        """
        if found := next((code for reply in self.heard if (code := _receipt_in(reply.text))), None):
            self.receipt = found
            return None
        if self.said >= PATIENCE:
            self.gave_up = True
            return None
        line = self._answer() if self.heard else {"text": self.random.choice(WISHES)}
        self.heard = []
        return self.say(line)

    def say(self, line: Line) -> Line:
        """
        Say this, be it once more.
        """
        self.said += 1
        self.waiting = line
        self.transcript.append(f"> {line.get('text') or line}")
        return line

    def hear(self, reply: Said) -> None:
        """
        A reply came.
        """
        self.heard.append(reply)
        labels = [f"   {n}. {label}" for n, (_, label) in enumerate(reply.choices, 1)]
        self.transcript += [f"● {reply.text}", *labels]

    # Reading what is asked

    def _answer(self) -> Line:
        if any(NOTED in reply.text and not self._is_home(reply.text) for reply in self.heard):
            return {"text": "quay lại"}
        if self.truth.helper and any(OWN in reply.text for reply in self.heard):
            return {"text": "giúp nhà khác"}
        for reply in reversed(self.heard):
            for words, answer in ASKED:
                if words in reply.text:
                    return self._unless_aside(words, answer)
        return {"text": "/dangky"}

    def _unless_aside(self, words: str, answer: Callable[[Household], Line]) -> Line:
        self._again = self._again + 1 if words == self._asked else 0
        self._asked = words
        if self.plans and words in FORM and self.random.random() < 0.15:
            return self._besides(self.plans.pop())
        return answer(self)

    def _besides(self, plan: str) -> Line:
        self._asked = ""
        if plan == "ask":
            return {"text": self.random.choice(QUESTIONS)}
        if plan == "back":
            return {"text": self.random.choice(("quay lại", "quay lai", "câu trước"))}
        return {"text": "/huy" if plan == "cancel" else self.random.choice(PAUSES)}

    # Ways of answering

    def _typed(self, text: str, slip: float = 0.12) -> Line:
        """
        Words in its own spelling; a second try is typed with care.
        """
        own = text if self.marks else without_marks(text)
        if self.random.random() < 0.3:
            own = own.lower()
        if not self._again and self.random.random() < slip:
            own = mistyped(self.random, own)
        return {"text": own}

    def _choose(self, wanted: str, words: Sequence[str] = ()) -> Line:
        """
        The choice that reads so: pressed, by its number, or in words; the third time by number.
        """
        way = self.random.random() if self._again < 2 else 0.0
        if words and way > 0.65:
            return self._typed(self.random.choice(words))
        offered = [choice for reply in self.heard for choice in reply.choices]
        for n, (id, label) in enumerate(offered, 1):
            if label.casefold().startswith(wanted.casefold()):
                return {"choice": id} if way > 0.45 else {"text": str(n)}
        return self._typed(words[0] if words else wanted)

    def _offers(self, wanted: str) -> bool:
        return any(label.startswith(wanted) for reply in self.heard for _, label in reply.choices)

    def _agree(self) -> Line:
        return self._choose("Đồng ý", ("đồng ý",))

    def _who(self) -> Line:
        if self.truth.helper:
            return self._choose("Ghi giúp", ("ghi giúp nhà khác", "ghi giúp bà hàng xóm"))
        return self._choose("Cho nhà tôi", ("cho nhà tôi", "nhà mình", "cho nhà em"))

    def _helper_name(self) -> Line:
        assert self.truth.helper
        return self._named(self.truth.helper[0])

    def _relation(self) -> Line:
        assert self.truth.helper
        return self._choose(self.truth.helper[1])

    def _how(self) -> Line:
        assert self.truth.helper
        return self._choose(self.truth.helper[2])

    def _when(self) -> Line:
        assert self.truth.helper
        on = self.truth.helper[3]
        words = {0: "hôm nay", 1: "hôm qua"}.get((self.today - on).days)
        return self._choose(words, (words, f"bữa {words[4:]}")) if words else {"text": f"{on.day}/{on.month}"}

    def _head(self) -> Line:
        return self._kept(self.truth.head) or self._named(self.truth.head)

    def _named(self, name: str) -> Line:
        lead = self.random.choice(("", "", "", "dạ ", "tên ", "da em ten "))
        line = self._typed(name, slip=0.06)
        return {"text": lead + line["text"]}

    def _kept(self, value: str) -> Line | None:
        """
        After a step back: what stands there already is kept, where it is right.
        """
        return self._choose("Giữ như cũ") if self._offers(f"Giữ như cũ: {value}") else None

    def _phone(self) -> Line:
        own = self.truth.phone
        if not self._again and self.random.random() < 0.06:
            at = self.random.randrange(3, 9)
            own = self.random.choice((own[:at] + own[at + 1 :], own[:at] + own[at + 1] + own[at] + own[at + 2 :]))
        spellings = (
            own,
            own,
            f"{own[:4]} {own[4:7]} {own[7:]}",
            f"{own[:4]}.{own[4:7]}.{own[7:]}",
            f"+84{own[1:]}",
            f"84{own[1:]}",
            f"sdt {own}",
            f"dạ số {own} ạ",
            own.replace("0", "o"),
        )
        return {"text": self.random.choice(spellings)}

    def _address(self) -> Line:
        home = self.truth.home
        kept = self._kept(home.area.full)
        return kept or self._typed(self._spelled(home), slip=0.15)

    def _spelled(self, home: Home) -> str:
        """
        An address as people say it: the older name or today's, its parts whole or bare, abbreviated or not.
        """
        old = home.was
        province = old.province.removeprefix("tỉnh ")
        above = self.random.choice(
            (
                f"{old.district} {province}",
                f"{old.district}, {old.province}",
                province,
                old.district.partition(" ")[2] if not old.district.startswith("thành phố") else old.district,
            )
        )
        commune, above = self.random.choice(
            (
                (old.name, above),
                (old.name, above),
                (home.area.name, home.area.province),
                (home.area.name, home.area.province.partition(" ")[2].removeprefix("phố ")),
            )
        )
        comma = self.random.choice((" ", ", ", ","))
        parts = (self.truth.hamlet, commune, above)
        whole = comma.join(parts[self.random.random() < 0.2 :])
        for long, short in self.random.sample(ABBREVIATED, 2):
            if self.random.random() < 0.3:
                whole = whole.replace(long, short)
        return whole

    def _stuck(self) -> Line:
        return self._choose("Chọn từng bước") if self.random.random() < 0.6 else self._address()

    def _province(self) -> Line:
        name = self.truth.home.area.province
        return self._choose(name, (re.sub(r"^(?:tỉnh|thành phố) ", "", name),))

    def _letter(self) -> Line:
        bare = self.truth.home.area.name.partition(" ")[2]
        return {"text": bare[: 3 + self._again * 3]}

    def _is_home(self, label: str) -> bool:
        """
        Whether a place that is shown is its own: the commune of today, and its own older name where one stands there.
        """
        home = self.truth.home
        other = "trước là" in label or ", nay thuộc" in label
        return home.area.full in label and (not other or home.was.full in label)

    def _which(self) -> Line:
        labels = [label for reply in self.heard for _, label in reply.choices]
        own = [label for label in labels if self._is_home(label)]
        return self._choose(own[0]) if own else self._choose("Không có nơi nào đúng")

    def _sure(self) -> Line:
        shown = " ".join(reply.text for reply in self.heard)
        if self._is_home(shown):
            return self._choose("Đúng rồi", ("đúng rồi", "dạ đúng", "phải", "đúng"))
        return self._choose("Không đúng", ("không đúng", "sai rồi", "không phải"))

    def _hamlet(self) -> Line:
        return self._typed(
            self.random.choice((self.truth.hamlet, self.truth.hamlet, self.truth.hamlet.split()[1])), 0
        )

    def _standing(self) -> Line:
        name = texts.STANDINGS[self.truth.standing]
        return self._choose(name, (name, name.removeprefix("hộ "), f"dạ {name} ạ"))

    def _since(self) -> Line:
        year = self.truth.since
        if year is None:
            return self._choose("Không nhớ", ("k nho", "quên rồi", "không nhớ nữa", "không nhớ rõ"))
        ago = self.today.year - year
        spellings = [str(year), str(year), f"từ {year}", f"năm {year}", f"tu nam {year}"]
        spellings += [f"{ago} năm nay", f"được {ago} năm rồi", f"{SPOKEN[ago]} năm nay"] if 1 < ago <= 10 else []
        spellings += {0: ["năm nay", "mới năm nay"], 1: ["năm ngoái", "năm trước"]}.get(ago, [])
        return self._typed(self.random.choice(spellings), slip=0.05)

    def _members(self) -> Line:
        n, workers = self.truth.members, self.truth.workers
        spellings = [
            str(n),
            str(n),
            f"{n} người",
            f"nhà {n} người",
            f"{SPOKEN[n]} người",
            f"{n} khẩu",
            f"có {n} người",
        ]
        spellings += [f"{n} người {workers} lao động", f"{n} nguoi, {workers} nguoi di lam"]
        return self._typed(self.random.choice(spellings), slip=0.04)

    def _workers(self) -> Line:
        n = self.truth.workers
        if n == 0:
            return self._typed(self.random.choice(("0", "0", "không có ai", "không ai")))
        spellings = (str(n), str(n), f"{n} người", f"{SPOKEN[n]} người", f"{n} lao động", f"{n} người đi làm")
        return self._typed(self.random.choice(spellings), slip=0.04)

    def _works(self) -> Line:
        return {"text": str(self.truth.workers)}

    def _leaving(self) -> Line:
        name = LEAVINGS[self.truth.standing][self.truth.leaving]
        return self._choose(name, (name,))

    def _needs(self) -> Line:
        wanted = [key for key in texts.NEEDS if key in self.truth.needs]
        if not wanted:
            return self._choose("Không cần giúp gì", ("0", "không cần", "không cần gì"))
        if len(wanted) == 1:
            words = texts.NEEDS[wanted[0]]
            return self._choose(words, (words, words.split(", ")[0]))
        numbers = [str(list(texts.NEEDS).index(key) + 1) for key in wanted]
        named = [texts.NEEDS[key].split(", ")[0] for key in wanted]
        spellings = (
            " ".join(numbers),
            ", ".join(numbers),
            " va ".join(numbers),
            ", ".join(named),
            " và ".join(named),
        )
        return self._typed(self.random.choice(spellings))

    def _year(self) -> Line:
        return self._choose(f"Năm {self.truth.year}", (str(self.truth.year),))

    def _reason(self) -> Line:
        return {"text": self.truth.reason} if self.truth.reason else self._choose("Không nói thêm")

    # Looking it over

    def _review(self) -> Line:
        for reply in self.heard:
            for _, label in reply.choices:
                name, _, value = label.partition(": ")
                if name in LABELS and not self._reads_right(LABELS[name], value):
                    self._asked = ""
                    return self._choose(label)
        return self._send()

    def _reads_right(self, name: str, value: str) -> bool:
        truth, needs = self.truth, {texts.NEEDS[key] for key in self.truth.needs}
        helper = truth.helper
        readings: Mapping[str, bool] = {
            "helper": helper is not None
            and value == f"{helper[0]}, {helper[1]}; chủ hộ đồng ý ngày {shown_day(helper[3])}",
            "head": value == truth.head,
            "phone": value.replace(" ", "") == truth.phone,
            "address": self._is_home(value),
            "hamlet": tidy_hamlet(value) == tidy_hamlet(truth.hamlet),
            "standing": value == texts.STANDINGS[truth.standing],
            "since": value == (str(truth.since) if truth.since else "không nhớ"),
            "members": value == str(truth.members),
            "workers": value == str(truth.workers),
            "leaving": value == LEAVINGS[truth.standing][truth.leaving],
            "year": value == f"năm {truth.year}",
            "needs": value == (", ".join(words for words in texts.NEEDS.values() if words in needs) or "không"),
            "reason": value == (truth.reason or "không"),
        }
        return readings[name]

    def _send(self) -> Line:
        who = "Chủ hộ cam kết" if self.truth.helper else "Tôi cam kết"
        return self._choose(who)

    def _other(self) -> Line:
        return self._choose("Hộ khác, cứ gửi")

    def _go_on(self) -> Line:
        return self._choose("Làm tiếp", ("làm tiếp đơn đang dở",))

    def _come_back(self) -> Line:
        return self.random.choice(
            ({"text": "/dangky"}, self._choose("Làm tiếp đơn", ("làm tiếp", "Làm tiếp đơn đang dở")))
        )

    def _keep(self) -> Line:
        return self._choose("Giữ lại", ("giữ lại",))

    def _see(self) -> Line:
        return self._choose("Xem đơn đã gửi")


def _receipt_in(text: str) -> str | None:
    """
    The receipt code in a receipt, or in the list of what was sent already.
    """
    found = re.search(r"(?:Mã nhận đơn: |, mã |^Đơn )(\d{3} \d{3} \d{3})", text)
    return found[1].replace(" ", "") if found else None


ASKED: tuple[tuple[str, Callable[[Household], Line]], ...] = (
    ("Bà con gửi đơn chứ", Household._review),
    ("Dòng nào sai", Household._review),
    ("Bà con có đồng ý cho tôi ghi và gửi không", Household._agree),
    ("chọn một trong hai", Household._agree),
    ("hay ghi giúp nhà khác?", Household._who),
    ("Người ghi giúp tên gì", Household._helper_name),
    ("là gì của nhà đó", Household._relation),
    ("bằng cách nào ạ", Household._how),
    ("nói đồng ý hôm nào", Household._when),
    ("Chủ hộ tên gì", Household._head),
    ("Số điện thoại để cán bộ gọi", Household._phone),
    ("ở đâu ạ? Gõ thôn", Household._address),
    ("hoặc chọn một cách dưới đây", Household._stuck),
    ("thuộc tỉnh, thành phố nào", Household._province),
    ("bắt đầu bằng chữ gì", Household._letter),
    ("Có mấy nơi giống vậy", Household._which),
    ("Tôi hiểu là", Household._sure),
    ("Thôn (ấp, khóm, khu) nào", Household._hamlet),
    ("thuộc diện nào ạ", Household._standing),
    ("Từ năm nào ạ", Household._since),
    ("mấy người ạ? Gõ số", Household._members),
    ("mấy người đang đi làm", Household._workers),
    ("Người đó có đi làm", Household._works),
    ("muốn đăng ký việc nào", Household._leaving),
    ("mong được giúp gì nhất", Household._needs),
    ("xã xét vào năm nào", Household._year),
    ("muốn nói thêm điều gì", Household._reason),
    ("Có thể hộ này đã có đơn", Household._other),
    ("đang viết dở. ", Household._go_on),
    ("Giữ lại phần đã ghi để hôm khác", Household._keep),
    ("tôi giữ phần đã ghi", Household._come_back),
    ("Máy này đã có đơn", Household._see),
)
"""Words of a question as it is shown, and what answers it; the last reply that asks counts."""
OWN = "tôi ghi cho nhà mình"
NOTED = "tôi ghi nơi ở: "
"""Before a place that was taken, which a household looks at."""
FORM = frozenset(words for words, _ in ASKED[6:27])
"""Where in the form somebody may ask something, go back or stop."""


def draw_household(n: int, random: Random, places: Sequence[Sequence[Home]], today: date) -> Household:
    """
    The n-th household, with what it will do besides answering.
    """
    own = Random(random.random())
    marks = own.random() < 0.5
    likely = {"ask": 0.35, "back": 0.2, "pause": 0.2, "cancel": 0.1}
    plans = [plan for plan, share in likely.items() if own.random() < share]
    truth = draw_truth(own, places, today, marks=marks)
    return Household(f"ho-{n}", truth, own, today, marks, plans=plans)
