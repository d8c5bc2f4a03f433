"""`POST /api/v1/assess/`: one or many objects in, the same bytes out as the command `assess` writes for each."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request

from accounts import clock
from accounts.api import Resource
from accounts.errors import Invalid
from accounts.models import User
from eligibility import answering, api_schema
from eligibility.api_body import BODY, JSON, LINES, Asked, JsonBody, LinesBody


class Assess(Resource):
    """按当日标准测算一户或多户，逐项给出结果、条款、算式。不读写任何档案，不保存提交的内容。

    一个对象答一个对象，数组按原顺序答数组；`application/x-ndjson` 一行一个对象。有错的对象答 `error`，不影响其他对象。
    `Idempotency-Key` 可以带，不起作用：这个地址什么都不写，重复调用答案相同。
    """

    parser_classes = (JsonBody, LinesBody)

    @extend_schema(
        operation_id="assess",
        tags=["assess"],
        request={
            JSON: api_schema.one_or_many("Household"),
            LINES: api_schema.named("Household"),
        },
        responses={
            (200, JSON): OpenApiResponse(api_schema.one_or_many("Answer"), description="答案，与提交的对象同序"),
            (200, LINES): OpenApiResponse(api_schema.named("Answer")),
            **api_schema.REFUSALS,
        },
        examples=[OpenApiExample("一户", api_schema.EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> HttpResponseBase:
        asked = request.data
        if not isinstance(asked, Asked):
            raise Invalid({BODY: "正文是空的，写一个对象或一个数组"})
        figures = answering.begin(cast("User", request.user), asked.objects, on=clock.today())
        if asked.begins or asked.ends:
            return StreamingHttpResponse(asked.written(figures), content_type=asked.media_type)
        return HttpResponse("".join(asked.written(figures)), content_type=asked.media_type)
