"""What the tests of sockets do beside them: tell people things, push, and read what comes."""

from __future__ import annotations

from datetime import timedelta

from asgiref.sync import sync_to_async

from apps.core import tickets
from apps.core.models import Work
from apps.core.realtime.auth import PURPOSE
from apps.core.work import outbox
from apps.notifications.tests.factories import told
from apps.users.tests.factories import SessionFactory

in_database = sync_to_async


@in_database
def ticket_for(person, session=None):
    """Give a ticket of a session of theirs, by default a new one."""
    session = session or SessionFactory(user=person)
    return tickets.issue(purpose=PURPOSE, subject=str(session.pk), ttl=timedelta(seconds=10))


@in_database
def tell(person, count=1, **values):
    """Tell a person without pushing it yet; return the ids, oldest first."""
    return [str(told(person, **values).pk) for _ in range(count)]


@in_database
def push_all(*notification_ids):
    """Do the pushes of these notifications in this order, or all that are due in theirs."""
    keys = [f"push:{notification_id}" for notification_id in notification_ids]
    rows = Work.objects.order_by("id")
    ids = dict((rows.filter(key__in=keys) if keys else rows).values_list("key", "id"))
    for key in keys or ids:
        assert outbox.execute(ids[key])


async def answers(socket, frame) -> tuple[list[str], dict]:
    """Send a resume frame; return the ids that came and the frame that ended them."""
    await socket.send(frame)
    ids = []
    while (answer := await socket.receive())["type"] == "notification":
        ids.append(answer["id"])
    return ids, answer


async def is_silent(socket) -> bool:
    """Tell whether nothing came, by the answer to a heartbeat coming first."""
    return (await socket.ask({"type": "ping"})) == {"type": "pong"}
