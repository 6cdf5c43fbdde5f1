"""Cards of invented people, as a reader types them."""


def card(number: str = "024188000029", name: str = "Lê Thị Hoa", birth: str = "05031988") -> str:
    """A citizen's card with seven fields."""
    return f"{number}||{name}|{birth}|Nữ|Ngõ 3, Nếnh, Bắc Ninh|01012022"
