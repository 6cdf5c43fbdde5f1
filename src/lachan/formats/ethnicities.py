"""The 54 peoples of Vietnam and the code for foreigners, as every Vietnamese form has them."""

#: code -> name. Source: Decision 121-TCTK/PPCĐ (General Statistics Office, 2 March 1979); the
#: spelling is the one of today's forms. 55 is "foreigner" in the identity system.
ETHNICITIES: dict[int, str] = dict(
    enumerate(
        (
            *("Kinh", "Tày", "Thái", "Hoa", "Khmer", "Mường", "Nùng", "Mông", "Dao", "Gia Rai"),
            *("Ngái", "Ê Đê", "Ba Na", "Xơ Đăng", "Sán Chay", "Cơ Ho", "Chăm", "Sán Dìu", "Hrê"),
            *("Mnông", "Raglay", "Xtiêng", "Bru Vân Kiều", "Thổ", "Giáy", "Cơ Tu", "Giẻ Triêng"),
            *("Mạ", "Khơ Mú", "Co", "Tà Ôi", "Chơ Ro", "Kháng", "Xinh Mun", "Hà Nhì", "Chu Ru"),
            *("Lào", "La Chí", "La Ha", "Phù Lá", "La Hủ", "Lự", "Lô Lô", "Chứt", "Mảng"),
            *("Pà Thẻn", "Cơ Lao", "Cống", "Bố Y", "Si La", "Pu Péo", "Brâu", "Ơ Đu", "Rơ Măm"),
            "Người nước ngoài",
        ),
        start=1,
    )
)
