"""/design/: every part in every state, built from the tags themselves. Development and demonstration only.

People, numbers and phones here are invented; the page reads no row and works without a database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

VIEWS = {
    "public": "design/public.html",
    "phone": "design/phone.html",
    "screen": "design/screen.html",
    "login": "registration/login.html",
    "400": "errors/400.html",
    "403": "errors/403.html",
    "404": "errors/404.html",
    "409": "errors/409.html",
    "csrf": "errors/csrf.html",
    "500": "errors/500.html",
}
TOKEN = re.compile(r"--([\w-]+):(#[0-9a-f]{3,6})\b")


@dataclass(frozen=True)
class Clock:
    kind: str
    words: str
    detail: str = ""
    seconds_left: int | None = None


@dataclass(frozen=True)
class Stage:
    label: str
    note: str
    state: str


@dataclass(frozen=True)
class Term:
    operator: str
    figure: str
    name: str


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    count: int | None = None
    current: bool = False
    tone: str = "plain"


@dataclass(frozen=True)
class Entry:
    at: date
    fact: str
    who: str
    lines: tuple[str, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Slot:
    title: str
    note: str
    state: str
    links: tuple[tuple[str, str], ...] = ()
    percent: int | None = None


@dataclass(frozen=True)
class Row:
    pk: int
    clock: Clock
    head: str
    number: str
    matter: str
    village: str
    step: str
    amount_fen: int | None
    act: str
    ticked: bool = False


@dataclass(frozen=True)
class Token:
    """A colour of the sheet and its contrast on white."""

    name: str
    value: str
    on_white: float


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than it must: the pager then says 以上."""

    capped = True


class SampleForm(forms.Form):
    """One field of every kind, with the sentences a clerk would read."""

    village = forms.CharField(label="村（社区）", initial="咸集新村")
    on = forms.DateField(label="受理日期", help_text="年-月-日，如 2026-11-23", initial=date(2026, 11, 23))
    income = forms.DecimalField(
        label="月收入（元）",
        widget=forms.TextInput,
        initial="1410.00",
        error_messages={"required": "月收入填 0–99999.99 的数字"},
    )
    matter = forms.ChoiceField(label="事项", choices=[("dibao", "1 农村低保"), ("tekun", "2 特困供养")])
    phone = forms.CharField(label="手机号码", min_length=11, error_messages={"min_length": "手机号少 4 位，补全"})
    hardship = forms.CharField(
        label="困难情况", widget=forms.Textarea(attrs={"rows": 2}), initial="户主年老，孙女在读小学。"
    )
    account = forms.ChoiceField(
        label="账户种类",
        choices=[("card", "社保卡"), ("book", "存折")],
        widget=forms.RadioSelect,
        initial="card",
        error_messages={"required": "选一种账户"},
    )
    papers = forms.MultipleChoiceField(
        label="随件材料",
        choices=[("id", "身份证"), ("book", "户口簿"), ("none", "未带")],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "勾选随件材料，没有就勾“未带”"},
        initial=["id"],
    )
    consent = forms.BooleanField(label="同意核对", error_messages={"required": "勾选同意核对，或记下不同意的原因"})
    scan = forms.FileField(label="扫描件", required=False)


class QueryForm(forms.Form):
    """Eight conditions: six in sight, two folded."""

    matter = forms.ChoiceField(label="事项", choices=[("", "全部事项"), ("dibao", "农村低保")], required=False)
    village = forms.ChoiceField(label="村（社区）", choices=[("", "全镇 6 村"), ("1", "咸集新村")], required=False)
    step = forms.ChoiceField(label="步骤", choices=[("", "全部步骤")], required=False)
    clerk = forms.ChoiceField(label="经办", choices=[("", "本所全部")], required=False)
    since = forms.DateField(label="收到日期 起", required=False, initial=date(2026, 10, 1))
    until = forms.DateField(label="收到日期 止", required=False, initial=date(2026, 11, 23))
    channel = forms.ChoiceField(label="来件方式", choices=[("", "全部方式")], required=False)
    lacking = forms.ChoiceField(label="缺件", choices=[("", "都看")], required=False)


class MemberForm(forms.Form):
    """A row of the editable table."""

    relation = forms.CharField(initial="1 本人")
    number = forms.CharField(min_length=18, error_messages={"min_length": "第 2 人证件号少 1 位，对照证件补全"})
    name = forms.CharField(initial="陈秀兰")


class LoginForm(forms.Form):
    """What the sign-in page expects of a form."""

    username = forms.CharField()
    password = forms.CharField()


class PhoneForm(forms.Form):
    """Two questions as the phone asks them."""

    number = forms.CharField(
        label="身份证号码", min_length=18, error_messages={"min_length": "身份证号少 4 位，对照证件补全"}
    )
    relation = forms.ChoiceField(
        label="和户主的关系",
        widget=forms.RadioSelect,
        choices=list(enumerate(("子女", "孙辈", "父母", "兄妹", "其他"), 1)),
    )


CLOCKS = (
    Clock("calm", "剩 11 工作日", "审核确认 20 工作日 · 12-08 到"),
    Clock("half", "剩 4 工作日", "审核确认 20 工作日 · 11-27 到"),
    Clock("soon", "明天到期", "入户调查 · 11-24 到"),
    Clock("over", "已超 2 天", "启动调查 3 工作日 · 11-19 到"),
    Clock("urgent", "剩 05:42", "急难 24 小时 · 今日 15:20 到", seconds_left=20520),
    Clock("hold", "停钟", "等核对：银行未回，第 2 次询问"),
)
ROWS = (
    Row(1, CLOCKS[4], "冯德福", "371************418", "临时救助 · 急难", "陈店新村", "先行救助", None, "登记先行救助"),
    Row(2, CLOCKS[3], "董广才", "371************631", "农村低保 · 2 人", "卢集新村", "入户调查", None, "派入户任务"),
    Row(
        3,
        CLOCKS[2],
        "陈秀兰",
        "371************126",
        "农村低保 · 3 人",
        "咸集新村",
        "审核意见",
        84900,
        "填审核意见",
        True,
    ),
    Row(
        4,
        CLOCKS[1],
        "孟宪芝",
        "371************28X",
        "农村低保 · 2 人",
        "陈店新村",
        "审核意见",
        37700,
        "填审核意见",
        True,
    ),
    Row(
        5,
        CLOCKS[5],
        "阿依古丽·买买提艾力·阿卜杜",
        "371************62X",
        "农村低保 · 4 人",
        "陈庄新村",
        "补正",
        None,
        "登记已补",
    ),
    Row(6, CLOCKS[0], "郭庆山", "371************351", "农村特困 · 1 人", "陈店新村", "受理", 123456789, "派入户任务"),
)
STAGES = (
    Stage("生成", "11-16 徐晓萌", "done"),
    Stage("复核", "11-19 吕海峰", "done"),
    Stage("冻结", "11-20 17:00", "done"),
    Stage("批准", "二人批，已 1 人", "now"),
    Stage("放款", "财政国库", "later"),
    Stage("导出", "银行格式", "later"),
    Stage("回盘", "", "later"),
)
STOPPED = (
    Stage("受理", "10-29 刘海燕", "done"),
    Stage("核对", "11-06 县核对中心", "done"),
    Stage("审核", "11-23 不予通过", "stopped"),
    Stage("公示", "", "later"),
)
TERMS = (
    Term("", "753.00", "农村低保标准"),
    Term("×", "3", "保障人数"),
    Term("−", "1,410.00", "核定月收入"),
    Term("=", "849.00", "月补差（元）"),
)
ENTRIES = (
    Entry(
        datetime(2026, 11, 23, 1, 12, tzinfo=UTC),
        "收到核对结果",
        "刘海燕 · 姜楼镇",
        ("8 个来源：5 一致，2 不一致，1 未回",),
    ),
    Entry(
        datetime(2026, 11, 18, 7, 6, tzinfo=UTC),
        "入户调查完成",
        "孙立新、马志远 · 姜楼镇",
        changes=(("零工月收入", "600.00", "860.00"),),
    ),
    Entry(date(2025, 11, 20), "上年度核查", "姜楼镇", ("无变化",)),
)
SLOTS = (
    Slot("申请书及承诺书", "扫描 2 页 · 10:31", "here", (("看", "#papers"), ("重扫", "#papers"))),
    Slot("病历", "核对查不到，须户主提供", "wanted", (("扫描", "#papers"), ("选文件", "#papers"))),
    Slot("户口簿", "正在上传 60%", "sending", percent=60),
    Slot("残疾证", "照片看不清，重拍一张", "again", (("重拍", "#papers"),)),
    Slot("不动产", "核对可查，不用交", "spared"),
)
TABS = (
    Tab("全部", "#tables", 27, current=True),
    Tab("今天必办", "#tables", 6, tone="warn"),
    Tab("已超期", "#tables", 2, tone="bad"),
    Tab("待补正", "#tables", 5),
    Tab("手机来件", "#tables", 0),
    Tab("全县在册", "#tables", 4218),
)
SECTIONS = (
    ("colour", "颜色"),
    ("type", "字号与数字"),
    ("actions", "按钮与链接"),
    ("status", "状态"),
    ("fields", "表单"),
    ("tables", "表格"),
    ("steps", "进度与经过"),
    ("feedback", "反馈"),
    ("papers", "材料"),
)


def page(request: HttpRequest) -> HttpResponse:
    """Every part in every state; `?show=` one whole page. 404 in production."""
    if not (settings.DEBUG or settings.AID_MODE in {"demo", "test"}):
        raise Http404
    name = request.GET.get("show", "")
    if name:
        if name not in VIEWS:
            raise Http404
        return render(request, VIEWS[name], whole_page(request, name))
    return render(request, "design/page.html", parts(request))


def parts(request: HttpRequest) -> dict[str, Any]:
    """All that the page of parts shows."""
    sample = SampleForm(
        data={
            "village": "咸集新村",
            "on": "2026-11-23",
            "matter": "dibao",
            "phone": "1386358",
            "hardship": "户主年老。",
        }
    )
    member = MemberForm(data={"m2-relation": "3 子", "m2-number": "3715991988010112", "m2-name": "王建军"}, prefix="m2")
    return {
        "sections": [Tab(label, f"#{name}") for name, label in SECTIONS],
        "tokens": colours(),
        "clocks": CLOCKS,
        "clean": SampleForm(auto_id="clean_%s"),
        "sample": sample,
        "first_member": MemberForm(prefix="m1", initial={"number": "371599196401011265"}),
        "member": member,
        "query": QueryForm(),
        "rows": ROWS,
        "page": sample_page(),
        "tabs": TABS,
        "stages": STAGES,
        "stopped": STOPPED,
        "terms": TERMS,
        "entries": ENTRIES,
        "slots": SLOTS,
        "contrast": "contrast" in request.GET,
        "grey": "grey" in request.GET,
        "shows": tuple(VIEWS),
    }


def whole_page(request: HttpRequest, name: str) -> dict[str, Any]:
    """What an example page needs besides the shell."""
    context: dict[str, Any] = {
        "large_text": request.GET.get("text") == "large",
        "contrast": "contrast" in request.GET,
        "locked": "locked" in request.GET,
        "who": "孙立新",
        "when": "10:32",
        "back_url": "/design/",
        "public_rows": (("徐*河", 1, 59300), ("徐*英", 2, 80600), ("阿*提", 4, 112200)),
        "form": LoginForm(data={}) if "wrong" in request.GET else LoginForm(),
        "phone_form": PhoneForm(data={"number": "37159919880101", "relation": "2"}),
    }
    return context


def sample_page() -> Page[Any]:
    """The second of twenty pages, counted no further than a thousand."""
    return CappedPaginator(range(1000), 50).page(2)


def colours() -> list[Token]:
    """The opaque colours of the sheet's first block, read from the sheet itself."""
    found = finders.find("aid.css")
    sheet = Path(found).read_text() if isinstance(found, str) else ""
    block = sheet.split("}", 1)[0]
    return [Token(name, value, contrast(value, "#fff")) for name, value in TOKEN.findall(block)]


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast of two hex colours, 1.0 to 21.0."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((lighter + 0.05) / (darker + 0.05), 1)


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
