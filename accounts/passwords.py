"""What production asks of a password (GB/T 22239-2019, 8.1.4.1; reliability R-44)."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

from accounts.models import User

_CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]")
_LOCAL_WORDS = ("liaocheng", "dongchangfu", "chiping", "yanggu", "shenxian", "donga", "guanxian", "gaotang", "linqing",
                "dibao", "tekun", "minzheng", "聊城", "东昌府", "茌平", "阳谷", "莘县", "东阿", "冠县", "高唐", "临清",
                "低保", "民政")  # fmt: skip


class ThreeClasses:
    """At least three of: small letters, capitals, digits, signs."""

    def validate(self, password: str, user: User | None = None) -> None:
        if sum(bool(re.search(pattern, password)) for pattern in _CLASSES) < 3:
            raise ValidationError("密码要有大写、小写、数字、符号中的三种")

    def get_help_text(self) -> str:
        return "大写、小写、数字、符号至少三种。"


class LocalBlocklist:
    """No place or programme name of this office: the first thing anybody would try."""

    def validate(self, password: str, user: User | None = None) -> None:
        if any(word in password.lower() for word in _LOCAL_WORDS):
            raise ValidationError("密码里不要有地名或低保等业务名")

    def get_help_text(self) -> str:
        return "不含地名和业务名。"
