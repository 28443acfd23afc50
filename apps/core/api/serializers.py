"""The shape of a problem, as the documents show it; ``problems.py`` writes it."""

from __future__ import annotations

from rest_framework import serializers


class FieldProblemSerializer(serializers.Serializer[object]):
    """One refused value of the input."""

    pointer = serializers.CharField(
        help_text="Path of the value, such as `email` or `questions/0/text`; empty for the whole input."
    )
    code = serializers.CharField(help_text="Stable; for programs.")
    detail = serializers.CharField(help_text="In the reader's language; for people.")


class ProblemSerializer(serializers.Serializer[object]):
    """Any refusal, as RFC 9457 `application/problem+json`.

    Some carry further members, such as `allowed`. For invalid input v1 also repeats the messages at the top
    level, a list of texts under each field's name, unless the name is one of the members below.
    """

    type = serializers.CharField(help_text="Names the kind of problem; not an address.")
    title = serializers.CharField(help_text="The kind of problem in the reader's language.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    code = serializers.CharField(help_text="Stable; for programs.")
    detail = serializers.CharField(help_text="What is wrong this time, in the reader's language.")
    instance = serializers.CharField(help_text="The path that was asked for.")
    request_id = serializers.CharField(
        help_text="The id of this request in our logs; also in `X-Request-ID`."
    )
    errors = FieldProblemSerializer(  # type: ignore[assignment] # a field here, not Serializer.errors
        many=True, required=False, help_text="What is wrong with which value of the input."
    )
