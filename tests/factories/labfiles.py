"""Files as the machines of a laboratory write them; the tubes and numbers are invented."""

import io
from collections.abc import Sequence
from datetime import datetime

from openpyxl import Workbook

#: (tube, Ct of N, Ct of ORF1ab, Ct of the internal control); None where it never rose.
Sample = tuple[str, float | None, float | None, float | None]
SAMPLES: tuple[Sample, ...] = (
    ("BN26-000101", 21.43, 22.9, 27.01),
    ("BN26-000102", None, None, 26.4),
    ("BN26-000103", 36.2, None, 28.77),
    ("BN26-000104", None, None, None),
)
TARGETS = ("N", "ORF1ab", "IC")
#: A header as the software of Applied Biosystems writes it: with a Cyrillic letter.
CT = "C\u0442"


def wells(count: int) -> list[str]:
    """The first wells of a 96 plate, row by row."""
    return [f"{'ABCDEFGH'[at // 12]}{at % 12 + 1}" for at in range(count)]


def quantstudio(samples: Sequence[Sample] = SAMPLES, *, sections: bool = True) -> str:
    """A text export of QuantStudio: the run, the set-up, the results, one row a target."""
    head = [
        "* Block Type = 96-Well 0.2-mL Block",
        "* Calibration Background is expired = No",
        "* Chemistry = TAQMAN",
        "* Experiment File Name = D:\\PCR\\2026-02-11 CDC plate 3.eds",
        "* Experiment Name = CDC-260211-P3",
        "* Experiment Run End Time = 2026-02-11 14:10:16 PM ICT",
        "* Instrument Name = 272526077",
        "* Instrument Serial Number = 272526077",
        "* Instrument Type = QuantStudio(TM) 5 System",
        "* Passive Reference = ROX",
        "",
    ]
    setup = ["[Sample Setup]", "Well,Well Position,Sample Name,Sample Color,Target Name,Task"]
    rows = [
        "[Results]",
        f"Well,Well Position,Omit,Sample Name,Target Name,Task,{CT},{CT} Mean,{CT} SD",
    ]
    places = wells(len(samples) + 2)
    for at, (tube, *cycles) in enumerate(samples):
        for target, each in zip(TARGETS, cycles, strict=True):
            told = "Undetermined" if each is None else f"{each:.3f}"
            setup.append(f'{at + 1},{places[at]},{tube},"RGB(132,193,241)",{target},UNKNOWN')
            rows.append(f"{at + 1},{places[at]},FALSE,{tube},{target},UNKNOWN,{told},,")
    for at, (name, task, cycles) in enumerate(
        [("NTC", "NTC", (None, None, None)), ("PC", "POSITIVE CONTROL", (24.1, 25.0, None))],
        start=len(samples),
    ):
        for target, each in zip(TARGETS, cycles, strict=True):
            told = "Undetermined" if each is None else f"{each:.3f}"
            rows.append(f"{at + 1},{places[at]},FALSE,{name},{target},{task},{told},,")
    return "\n".join([*head, *(setup if sections else []), "", *rows]) + "\n"


def design_and_analysis(samples: Sequence[Sample] = SAMPLES) -> str:
    """A text export of QuantStudio by Design & Analysis 2: marks of comments, everything quoted."""
    head = [
        "# File Name: CDC-260211-P3.eds",
        "# Instrument Type: QuantStudio™ 5",
        "# Run Start Date/Time: 2026-02-11 01:05:00 PM ICT",
        "# Run End Date/Time: 2026-02-11 02:10:16 PM ICT",
        "# Quantification Cycle Method: CT",
        "# Analysis Date/Time: 2026-02-12 09:00:00 AM ICT",
        "# Software Name and Version: Design & Analysis Software v2.5.1",
    ]
    names = (
        *("Well", "Well Position", "Omit", "Sample", "Target", "Task", "Reporter", "Quencher"),
        *("Cq", "Cq Mean", "Amp Status", "Amp Score", "Curve Quality", "Result Quality Issues"),
        *("Cq Confidence", "Cq SD", "Auto Threshold", "Threshold"),
    )
    rows = [names]
    for at, (place, (tube, *cycles)) in enumerate(zip(wells(len(samples)), samples, strict=True)):
        for target, each in zip(TARGETS, cycles, strict=True):
            told = "Undetermined" if each is None else f"{each:.3f}"
            well = (str(at + 1), place, "false", tube, target, "UNKNOWN", "FAM", "NFQ-MGB", told)
            rows.append((*well, "", "AMP", "1.4", "", "", "0.98", "", "true", "0.2"))
    quoted = [",".join(f'"{cell}"' for cell in row) for row in rows]
    return "\n".join([*head, *quoted]) + "\n"


def seven_five_hundred(samples: Sequence[Sample] = SAMPLES) -> str:
    """A text export of the 7500 with version 1 of its software."""
    head = [
        "Applied Biosystems 7500 Real-Time PCR System", "SDS v1.4",
        "Document Name: CDC 0211.sds", "Run Date: 11/02/2026 14:02", "",
        "Well,Sample Name,Detector,Task,Ct,StdDev Ct,Quantity",
    ]  # fmt: skip
    rows = []
    for place, (tube, *cycles) in zip(wells(len(samples)), samples, strict=True):
        for target, each in zip(TARGETS, cycles, strict=True):
            told = "Undet." if each is None else f"{each:.4f}"
            rows.append(f"{place},{tube},{target},Unknown,{told},,")
    return "\n".join([*head, *rows]) + "\n"


def cfx(samples: Sequence[Sample] = SAMPLES) -> bytes:
    """A workbook of the CFX: the run above, one row a dye, wells with a zero, NaN for none."""
    book = Workbook()
    sheet = book.active
    sheet.title = "0"
    for row in (
        ("File Name", "CDC 260211.pcrd"), ("Created By User", "lab"), ("Notes", ""),
        ("Run Started", "02/11/2026 07:10:16 UTC"), ("Run Ended", "02/11/2026 08:44:02 UTC"),
        ("Sample Vol", 20), ("Base Serial Number", "CT027544"), ("", ""),
    ):  # fmt: skip
        sheet.append(row)
    sheet.append(
        ["Well", "Fluor", "Target", "Content", "Sample", "Biological Set Name", "Cq", "Cq Mean"]
    )
    dyes = dict(zip(TARGETS, ("FAM", "HEX", "Cy5"), strict=True))
    for at, (place, (tube, *cycles)) in enumerate(zip(wells(len(samples)), samples, strict=True)):
        for target, each in zip(TARGETS, cycles, strict=True):
            cq = "NaN" if each is None else each
            named = f"{place[0]}{int(place[1:]):02d}"
            sheet.append([named, dyes[target], target, f"Unkn-{at + 1:02d}", tube, None, cq, None])
    return saved(book)


def light_cycler(samples: Sequence[Sample] = SAMPLES) -> str:
    """A text export of the LightCycler 480: one target a file, named by its filter."""
    lines = [
        "Experiment: CDC-260211-P3  Selected Filter: N (465-510)",
        "Include\tColor\tPos\tName\tCp\tConcentration\tStandard\tStatus",
    ]
    for place, (tube, first, *_others) in zip(wells(len(samples)), samples, strict=True):
        told = "" if first is None else f"{first:.2f}"
        lines.append(f"True\t255\t{place}\t{tube}\t{told}\t\t0\t")
    return "\r\n".join(lines) + "\r\n"


def rotor_gene(samples: Sequence[Sample] = SAMPLES) -> str:
    """A text export of the Rotor-Gene: a table for each channel, decimal commas, numbered tubes."""
    lines = [
        '"Excel Raw Data Export"', '"Copyright (c)2008 QIAGEN"', '""',
        '"Experiment Information"', '"Run Name";"CDC-260211-P3"',
        '"Run Start";"11/02/2026 13:20:11"', '"Run Finish";"11/02/2026 14:40:02"',
        '"Machine Serial No.";"R0412123"', "",
    ]  # fmt: skip
    for at, channel in enumerate(("Green", "Yellow", "Orange")):
        lines += [
            f'"Quantitative analysis of channel Cycling A.{channel} (Page 1)"',
            '"No.";"Colour";"Name";"Type";"Ct";"Given Conc (copies/ul)"',
        ]
        for number, (tube, *cycles) in enumerate(samples, start=1):
            each = cycles[at]
            told = "" if each is None else f"{each:.2f}".replace(".", ",")
            lines.append(f'"{number}";"255";"{tube}";"Unknown";"{told}";""')
        lines.append("")
    return "\r\n".join(lines) + "\r\n"


#: The sheet a province's laboratory types: columns by name, decimal commas.
PROVINCE_HEADER = ("STT", "Mã ống", "Họ và tên", "Kết quả", "Ct N", "Ct ORF1ab", "Ngày xét nghiệm")
#: 11 February 2026, 14:10, as a cell: without a zone.
TESTED = datetime.fromisoformat("2026-02-11 14:10")
PROVINCE_ROWS: tuple[tuple[object, ...], ...] = (
    (1, "BN26-000101", "Nguyễn Văn A", "Dương tính", "21,4", "22,9", TESTED),
    (2, "BN26-000102", "Trần Thị B", "Âm tính", "", "", TESTED),
    (3, "BN26-000103", "Vàng A Páo", "Nghi ngờ", "36,2", "", TESTED),
)


def province(rows: Sequence[Sequence[object]] = PROVINCE_ROWS) -> bytes:
    """That sheet as a workbook, with the office above and the signature below."""
    book = Workbook()
    sheet = book.active
    sheet.append(["TRUNG TÂM KIỂM SOÁT BỆNH TẬT TỈNH BẮC NINH"])
    sheet.append(["KẾT QUẢ XÉT NGHIỆM SARS-CoV-2 NGÀY 11/02/2026"])
    sheet.append([])
    sheet.append(list(PROVINCE_HEADER))
    for row in rows:
        sheet.append(list(row))
    sheet.append([])
    sheet.append(["", "Người lập", "", "", "", "", ""])
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ORU = (
    "MSH|^~\\&|LIS|BV DA KHOA BAC NINH|LACHAN|CDC BAC NINH|20260211141016+0700||ORU^R01^ORU_R01|"
    "BN-26-0211-7|P|2.5.1|||AL|NE|||UNICODE UTF-8\r"
    "PID|1||BN0099^^^BVDKBN^MR||Nguyễn^Thị Hòa||19900203|F\r"
    "ORC|RE|DON-1|XN-7\r"
    "OBR|1|DON-1|XN-7|94500-6^SARS-CoV-2 RNA [Presence] in Respiratory specimen^LN|||20260211083000"
    "+0700|||||||||||||||20260211141000+0700|||F\r"
    "OBX|1|CWE|94500-6^SARS-CoV-2 RNA^LN||260373001^Dương tính^SCT||||||F|||||||QS5-272526077|"
    "20260211140500+0700||||BV DA KHOA BAC NINH\r"
    "OBX|2|NM|94509-7^SARS-CoV-2 E gene [Cycle Threshold #]^LN||21.4|{Ct}|||||F\r"
    "SPM|1|BN26-000101&LACHAN^L-77&LIS||258500001^Nasopharyngeal swab^SCT\r"
)
