"""What every address of `/api/v1/` shares."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.errors import Invalid


class Resource(APIView):
    """An address of the interface. A query parameter it does not know is 400: a typing mistake must not pass."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    query_parameters: frozenset[str] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        unknown = [name for name in request.query_params if name not in self.query_parameters]
        if unknown:
            raise Invalid(dict.fromkeys(unknown, "没有这个查询参数，删去再调用"))
