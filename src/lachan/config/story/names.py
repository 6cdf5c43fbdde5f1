"""Invented names, drawn as often as they are heard in the north.  Nobody real is meant."""

from random import Random
from typing import NamedTuple

GivenNames = dict[str, tuple[str, ...]]


class Identity(NamedTuple):
    """A name with the nationality and the ethnicity code (list of 54 peoples) it goes with."""

    name: str
    nationality: str
    ethnicity: str


#: Family name -> share in per mille among Kinh people; 300 for Nguyễn as practice.md section 6.
FAMILY = {
    "Nguyễn": 330, "Trần": 110, "Lê": 80, "Phạm": 65, "Hoàng": 50, "Vũ": 45, "Ngô": 35,
    "Đỗ": 35, "Bùi": 30, "Đặng": 28, "Dương": 28, "Thân": 25, "Giáp": 22, "Đào": 18, "Trịnh": 16,
    "Lương": 15, "Phan": 14, "Hà": 12, "Đinh": 12, "Tạ": 8, "Chu": 8, "Mai": 7, "Nghiêm": 7,
}  # fmt: skip
MIDDLE = {
    "F": ("Thị", "Thị", "Thị", "Thị", "Thu", "Ngọc", "Thanh", "Minh", "Hồng", "Kim", "Phương", ""),
    "M": ("Văn", "Văn", "Văn", "Đức", "Minh", "Quang", "Hữu", "Xuân", "Mạnh", "Đình", "Công", ""),
}
GIVEN: GivenNames = {
    "F": (
        "Hương", "Lan", "Hoa", "Mai", "Huyền", "Thảo", "Linh", "Trang", "Hà", "Hằng", "Nga",
        "Yến", "Hạnh", "Nhung", "Thúy", "Vân", "Loan", "Oanh", "Phương", "Quỳnh", "Ngân", "Tuyết",
        "Dung", "Liên", "Thoa", "Xuyến", "Nguyệt", "Chi", "Diệp", "Ánh", "Bích", "Hiền", "Hòe",
    ),
    "M": (
        "Hùng", "Dũng", "Tuấn", "Nam", "Sơn", "Long", "Hải", "Thắng", "Cường", "Đạt", "Hiếu",
        "Kiên", "Khánh", "Huy", "Phúc", "Trung", "Toàn", "Thành", "Tùng", "Việt", "Vinh", "Bình",
        "Đông", "Giang", "Hoà", "Khoa", "Lâm", "Nghĩa", "Quyết", "Thịnh", "Tiến", "Trường", "Tú",
    ),
}  # fmt: skip

#: Peoples of the mountains: code, family names, women's and men's middle names, given names.
PEOPLES: dict[
    str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], GivenNames]
] = {
    "02": (("Hoàng", "Nông", "Lý", "Bế", "Ma", "Triệu"), ("Thị",), ("Văn", "Đình"), GIVEN),
    "07": (("Vi", "Nông", "Hoàng", "Lăng", "Lương", "Chu"), ("Thị",), ("Văn",), GIVEN),
    "08": (
        ("Vàng", "Giàng", "Sùng", "Thào", "Lầu", "Mùa"),
        ("Thị", ""),
        ("A",),
        {
            "F": ("Mỷ", "Dở", "Chư", "Sua", "Pàng", "Xía", "Dua"),
            "M": ("Páo", "Chính", "Sình", "Của", "Dơ", "Lử", "Tủa"),
        },
    ),
    "04": (
        ("Lục", "Chương", "Tằng", "Trương", "Voòng", "Lỷ"),
        ("Mỹ", "A", "Say"),
        ("A", "Chí", "Vĩnh"),
        {"F": ("Linh", "Phương", "Múi", "Khìn"), "M": ("Phúc", "Sáng", "Cường", "Thành")},
    ),
}  # fmt: skip

FOREIGN = {
    "CN": ("Wang Jianguo", "Li Xiaomei", "Zhang Wei", "Chen Guoqiang", "Liu Yifan", "Zhao Lin"),
    "KR": ("Kim Min-jun", "Park Seo-yeon", "Lee Dong-hyun", "Choi Ji-woo", "Jung Hae-in"),
    "IN": ("Arjun", "Priya Ramaswamy", "Rajesh Kumar Sharma", "S. Venkatesan", "Lakshmi"),
}

_FAMILIES = tuple(FAMILY)
_WEIGHTS = tuple(FAMILY.values())
_TOTALS = [sum(_WEIGHTS[: position + 1]) for position in range(len(_WEIGHTS))]


def kinh(rng: Random, sex: str, family: str | None = None) -> Identity:
    """A Kinh name: family name, mostly a middle name, given name."""
    family = family or rng.choices(_FAMILIES, cum_weights=_TOTALS)[0]
    middle = rng.choice(MIDDLE[sex])
    return Identity(" ".join(filter(None, (family, middle, rng.choice(GIVEN[sex])))), "VN", "01")


def of_people(rng: Random, sex: str, code: str, family: str | None = None) -> Identity:
    """A Tày (02), Nùng (07), Mông (08) or Hoa (04) name."""
    families, middle_f, middle_m, given = PEOPLES[code]
    middle = rng.choice(middle_f if sex == "F" else middle_m)
    words = (family or rng.choice(families), middle, rng.choice(given[sex]))
    return Identity(" ".join(filter(None, words)), "VN", code)


def anybody(rng: Random, sex: str, ethnicity: str, family: str | None = None) -> Identity:
    """A name of the people with this code."""
    if ethnicity == "01":
        return kinh(rng, sex, family)
    return of_people(rng, sex, ethnicity, family)


def foreigner(rng: Random) -> Identity:
    """An expert from abroad; some write one word only."""
    nationality = rng.choice(("CN", "CN", "KR", "KR", "IN"))
    return Identity(rng.choice(FOREIGN[nationality]), nationality, "")
