"""What the views that join several apps take and show."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.users.enums import Language
from apps.users.presenters import ProfileSerializer


class MeSerializer(ProfileSerializer):
    """One's own account, with what one's company has."""

    email_verified = serializers.BooleanField(
        help_text="Whether you have proved to read your mail; until then alerts are not mailed to you."
    )
    job_posting_credits = serializers.IntegerField(
        help_text="Of the company of your oldest membership; 0 without one."
    )
    membership_expires_at = serializers.DateTimeField(
        allow_null=True, help_text="When that company's membership ends; null without one."
    )


class MeChangesInput(serializers.Serializer[Any]):
    """What one says about oneself; what is left out stays, and whatever else is sent is not read."""

    full_name = serializers.CharField(max_length=255, required=False)
    phone_number = serializers.CharField(
        max_length=30,
        allow_blank=True,
        required=False,
        help_text="8 to 15 digits, separators allowed.",
    )
    language = serializers.ChoiceField(
        choices=Language.choices, required=False, help_text="Of mails and of what is pushed."
    )


class OptionSerializer(serializers.Serializer[Any]):
    """A value that the API takes, and what people read for it."""

    value = serializers.CharField(help_text="What requests and answers have.")
    # A field of this name hides an attribute of the base in the class body only.
    label = serializers.CharField(  # type: ignore[assignment]
        help_text="In the request's language."
    )


class ConfigSerializer(serializers.Serializer[Any]):
    """The vocabulary of forms and filters."""

    job_types = OptionSerializer(many=True)
    job_statuses = OptionSerializer(many=True)
    application_statuses = OptionSerializer(many=True)
    member_roles = OptionSerializer(many=True)
    languages = OptionSerializer(many=True)
    places = OptionSerializer(many=True, help_text="`value` is the code that `place` filters by.")


class CompanyOverviewSerializer(serializers.Serializer[Any]):
    """The postings and the account of one's companies."""

    total_jobs = serializers.IntegerField(help_text="In whatever state.")
    active_jobs = serializers.IntegerField(help_text="Live now.")
    total_views = serializers.IntegerField(help_text="Views are not counted yet: always 0.")
    credits_left = serializers.IntegerField(help_text="That can be spent now.")
    vip_expiry = serializers.DateTimeField(
        allow_null=True, help_text="Always null: there are no memberships yet."
    )


class CompanyApplicationsSerializer(serializers.Serializer[Any]):
    """The applications to one's companies."""

    total = serializers.IntegerField(help_text="In whatever state.")
    new = serializers.IntegerField(help_text="Nobody has looked at them yet.")


class CompanyStatsSerializer(serializers.Serializer[Any]):
    """A recruiter's dashboard."""

    overview = CompanyOverviewSerializer()
    applications = CompanyApplicationsSerializer()


class TicketSerializer(serializers.Serializer[Any]):
    """What opens one socket."""

    ticket = serializers.CharField(help_text="For `?ticket=` of the socket's address; works once.")
    expires_in = serializers.IntegerField(help_text="Seconds.")


class RouteCountsSerializer(serializers.Serializer[Any]):
    """What one route was asked, and how it answered."""

    method = serializers.CharField()
    route = serializers.CharField(help_text="The pattern; `(none)` for what is not routed.")
    requests = serializers.IntegerField()
    client_errors = serializers.IntegerField(help_text="Answers with 400 to 499.")
    server_errors = serializers.IntegerField(help_text="Answers with 500 and more.")
    slow = serializers.IntegerField(help_text="Answers that took more than 5 seconds.")
    mean_ms = serializers.FloatField()


class SlowRequestSerializer(serializers.Serializer[Any]):
    """One answer that took more than 5 seconds."""

    at = serializers.DateTimeField()
    method = serializers.CharField()
    route = serializers.CharField()
    status = serializers.IntegerField()
    ms = serializers.IntegerField()
    request_id = serializers.CharField(
        help_text="The `X-Request-ID` of its answer, and of its lines in the log."
    )


class MeasurementsSerializer(serializers.Serializer[Any]):
    """What all processes have counted since a moment."""

    since = serializers.DateTimeField(allow_null=True, help_text="null: nothing was counted yet.")
    routes = RouteCountsSerializer(many=True, help_text="Those asked most come first.")
    problems = serializers.DictField(
        child=serializers.IntegerField(), help_text="Refusals and defects, by their code."
    )
    slow_requests = SlowRequestSerializer(many=True, help_text="The latest 50, the latest first.")
