"""Made-up people: names as they occur where the lender lends, and contacts that reach nobody.

It must not hold a phone number anybody could own: 07700 900000 to 900999 is kept for drama (Ofcom).
"""

from __future__ import annotations

from typing import Final

from bot.domain.books import TapeBorrower

CHINA: Final = "cn"
INDIA: Final = "in"
INDONESIA: Final = "id"
ENGLISH: Final = "en"

FAMILY: Final = {
    CHINA: "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗",
    INDIA: "Sharma Patel Reddy Nair Iyer Gupta Khan Das Singh Kulkarni",
    INDONESIA: "Santoso Wijaya Siregar Hidayat Nasution Saputra Lestari Halim",
    ENGLISH: "Carter Thompson Bennett O'Neill Murphy Okafor Hughes Novak",
}
GIVEN: Final = {
    CHINA: "伟 芳 娜 敏 静 强 磊 洋 艳 勇 晓雨 建国 志明 丽华 子轩 雨桐 浩然 欣怡",
    INDIA: "Priya Arjun Ananya Rahul Kavita Imran Deepa Vikram Meera Sanjay",
    INDONESIA: "Budi Siti Agus Dewi Rizky Putri Andi Wulan",
    ENGLISH: "James Emma Oliver Grace Daniel Chidi Ruth Tomas",
}
_LOCALES: Final = {CHINA: "zh-CN", INDIA: "en-IN", INDONESIA: "en", ENGLISH: "en-GB"}


def borrower(number: int, country: str, name: str, grade: str) -> TapeBorrower:
    """Borrower `number` (1 to 1,000) of the lender."""
    ref = f"MF-{number:04d}"
    return TapeBorrower(
        ref=ref,
        name=name,
        phone=f"+447700900{number % 1000:03d}",
        id_last4=f"{number * 7919 % 10_000:04d}",
        grade=grade,
        locale=_LOCALES[country],
        email=f"{ref.lower()}@example.com",
    )


def whole_name(country: str, family: str, given: str) -> str:
    """Both parts in the order of the country."""
    return f"{family}{given}" if country == CHINA else f"{given} {family}"
