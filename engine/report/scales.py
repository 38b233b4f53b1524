"""What figures are counted in: `lao động`, `hộ`, `triệu đồng`, `tỷ`, `điểm %`; as documents write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

THOUSAND, MILLION, BILLION = 10**3, 10**6, 10**9

PERSON = "person"
HOUSEHOLD = "household"
MONEY = "VND"
TIME = "time"
PERCENT, POINT, TIMES = "percent", "point", "times"
PROPORTIONS = frozenset({PERCENT, POINT, TIMES})

_PERSONS = (
    "lượt người lao động|người lao động|lao động|lượt lao động|lượt người|người nghèo|người|nhân khẩu|"
    "học viên|học sinh|sinh viên|trẻ em|trẻ|em|đối tượng|cán bộ|công dân|nhân viên|thanh niên|phụ nữ|nữ|nam|"
    "lượt khách|khách|đảng viên|đoàn viên|hội viên|giáo viên|giảng viên|viên chức|công chức|thí sinh|"
    "bệnh nhân|công nhân|đại biểu|tân binh|bác sĩ"
)
_COUNTS = (
    (PERSON, _PERSONS),
    (HOUSEHOLD, "hộ gia đình|hộ nghèo|hộ cận nghèo|lượt hộ|hộ dân|hộ"),
    ("commune", "xã, phường, thị trấn|xã, phường|phường, xã|xã|phường|thị trấn"),
    ("district", "huyện, thị xã, thành phố|huyện|thị xã|thành phố|quận|tỉnh"),
    ("village", "thôn|khu phố|ấp|bản|làng"),
    ("firm", "doanh nghiệp|công ty|cơ sở|đơn vị|hợp tác xã|trường"),
    ("class", "lớp|khóa|khoá|phiên|buổi|hội nghị|cuộc"),
    ("case", "hồ sơ|trường hợp|vụ|ca|đơn|suất|phần quà|phần|quyết định|dự án|công trình|mô hình"),
    ("house", "căn nhà|căn|ngôi nhà|ngôi|nhà"),
    ("place", "chỗ làm việc|chỗ làm|việc làm|vị trí việc làm|chỉ tiêu|chỗ"),
    ("paper", "giấy chứng nhận|giấy phép|giấy|thẻ|văn bản"),
    ("criterion", "tiêu chí"),
    ("subscriber", "thuê bao"),
    ("station", "trạm y tế|trạm"),
    ("head", "con"),
    ("tree", "cây"),
    ("bed", "giường bệnh|giường"),
    ("hectare", "hécta|hecta|ha"),
    ("square kilometre", "km2"),
    ("square metre", "m2"),
    ("kilometre", "km"),
    ("metre", "mét"),
    ("tonne", "tấn"),
    ("quintal", "tạ"),
    ("kilogram", "kg"),
    ("kilowatt-hour", "kwh"),
    ("USD", "usd|đô la mỹ|đô la"),
    (TIME, "tháng tuổi|tuổi|tháng|ngày|năm|quý|tuần|giờ|phút|giai đoạn"),
)
_MEASURED = frozenset(
    {"", MONEY, TIME, PERCENT, POINT, TIMES, "hectare", "square kilometre", "square metre", "kilometre"}
    | {"metre", "tonne", "quintal", "kilogram", "kilowatt-hour", "USD"}
)
"""What isn't whole."""
_SCALES = {
    "nghìn": THOUSAND,
    "ngàn": THOUSAND,
    "vạn": 10 * THOUSAND,
    "triệu": MILLION,
    "tr": MILLION,
    "tỷ": BILLION,
    "tỉ": BILLION,
}
_DONG = "đồng|vnđ|vnd|đ"
_KINDS = {f"{group}{at}": kind for at, (kind, _) in enumerate(_COUNTS) for group in "cd"}
_PLAIN = frozenset(group for group in _KINDS if group[0] == "d")
_NAMED = "|".join(f"(?P<c{at}>{words})" for at, (_, words) in enumerate(_COUNTS))
_UNIT = re.compile(
    r" ?(?:(?P<percent>[%‰]|phần (?:trăm|nghìn|ngàn)\b)|(?P<point>điểm ?(?:%|phần trăm\b))|(?P<times>lần\b)"
    rf"|(?P<scale>(?:(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ|tr)\b|tr(?=đ\b))(?: tỷ\b| tỉ\b)?)(?P<half> rưỡi\b)?"
    rf"\.?(?: ?(?P<money>{_DONG})\b)?(?: (?:{_NAMED})\b)?"
    rf"|(?P<dong>{_DONG})\b|(?:{_NAMED.replace('?P<c', '?P<d')})\b)"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A figure's measure. ``kind``: VND, person, …, percent, point, times, or empty; ``scale``: of one;
    ``text``: as written, folded; ``half``: half a scale more ("9 nghìn rưỡi").
    """

    kind: str
    scale: int
    text: str
    half: bool = False

    @property
    def whole(self) -> int:
        """What one is in it: 100 in percent and points, 1.000 in ‰."""
        if self.kind not in {PERCENT, POINT}:
            return 1
        return 1000 if self.text in _THOUSANDTHS else 100

    @property
    def is_count(self) -> bool:
        """Whether what it counts is whole."""
        return self.kind not in _MEASURED


_THOUSANDTHS = frozenset({"‰", "phần nghìn", "phần ngàn"})
NONE = Unit("", 1, "")
_unit = lru_cache(maxsize=4096)(Unit)


def unit_at(text: str, at: int) -> tuple[Unit, int]:
    """The unit that begins at an offset of a folded text, and where it ends; NONE where there is none."""
    match = _UNIT.match(text, at)
    if match is None:
        return NONE, at
    words = match[0].strip()
    group = match.lastgroup or ""
    if group in PROPORTIONS or group == "dong":
        return _unit(MONEY if group == "dong" else group, 1, words), match.end()
    if group in _PLAIN:  # chỉ tiêu: of anything that is assigned
        return _unit("" if words == "chỉ tiêu" else _KINDS[group], 1, words), match.end()
    scale = 1
    for word in match["scale"].split():
        scale *= _SCALES[word]
    counted = _KINDS.get(group)
    if match["money"] or counted in {None, TIME}:
        end = match.end() if counted is None else match.end("money") if match["money"] else _end(match)
        loose = not match["money"] and scale < MILLION  # 20 nghìn, of whatever
        return _unit("" if loose else MONEY, scale, text[at:end].strip(), bool(match["half"])), end
    return _unit(counted or "", scale, words, bool(match["half"])), match.end()


def _end(match: re.Match[str]) -> int:
    return match.end("half") if match["half"] else match.end("scale")


def alike(left: Unit, right: Unit) -> bool:
    """Whether figures in these can stand in a ratio: the same kind, or one of them without a measure."""
    return not left.kind or not right.kind or left.kind == right.kind
