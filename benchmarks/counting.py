"""Count what one request costs inside the server."""

import time
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse


class CountingMiddleware:
    """Tell in headers how many statements a request sent, and the CPU time of its thread.

    Statements include savepoints, not the BEGIN and COMMIT around them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        statements: list[str] = []

        def count(execute, sql, params, many, context):
            statements.append(sql)
            return execute(sql, params, many, context)

        begun = time.thread_time()
        with connection.execute_wrapper(count):
            response = self.get_response(request)
        savepoints = sum("SAVEPOINT" in sql[:20] for sql in statements)
        response["X-Statements"] = f"{len(statements) - savepoints}+{savepoints}"
        response["X-Cpu-Ms"] = f"{(time.thread_time() - begun) * 1000:.3f}"
        return response
