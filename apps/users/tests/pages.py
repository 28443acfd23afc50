"""The staff's pages as a browser sees them."""

from __future__ import annotations

from django.test import Client

from apps.users.models import User

LIST = "/admin/users/user/"
ADD = "/admin/users/user/add/"
SESSION_LIST = "/admin/users/session/"


def page(user):
    return f"{LIST}{user.pk}/change/"


def browser_of(user):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    return client


def act(client, action, *users, confirmed=True, path=LIST, **entered):
    data = {"action": action, "_selected_action": [str(user.pk) for user in users], **entered}
    return client.post(path, data | ({"confirmed": "yes"} if confirmed else {}), follow=True)


def messages(response):
    return [(message.level_tag, message.message) for message in response.context["messages"]]


def columns(user):
    return User.objects.filter(pk=user.pk).values().get()
