from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers

from apps.core.realtime.push import group_of, push

FRAME = {"type": "notification", "id": "1", "message": "Hồ sơ đã được xem"}


async def send(user_id, frame=FRAME):
    """Push as a task does: from code that is not asynchronous."""
    await sync_to_async(push, thread_sensitive=False)(user_id, frame)


class TestPush:
    async def test_reaches_every_socket_of_a_person_once(self, dial, ticket_of, someone):
        sockets = [dial(ticket_of(someone)), dial(ticket_of(someone), path="/ws/quiet/")]
        for socket in sockets:
            await socket.connect()
        await send(someone.pk)
        for socket in sockets:
            assert await socket.receive() == FRAME
            assert await socket.receive_nothing(timeout=0.05)
            await socket.disconnect()

    async def test_reaches_nobody_else(self, connected):
        await send(uuid4())
        assert await connected.receive_nothing(timeout=0.1)

    async def test_a_closed_socket_costs_nothing(self, dial, ticket_of, someone):
        socket = dial(ticket_of(someone))
        await socket.connect()
        await socket.disconnect()
        await send(someone.pk)

    async def test_is_dropped_when_redis_is_away(self, settings, tmp_path, caplog):
        settings.CHANNEL_LAYERS = {
            "default": {
                "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
                "CONFIG": {"hosts": [f"unix://{tmp_path}/nobody"]},
            }
        }
        channel_layers.backends.clear()
        await send(uuid4())
        assert [record.msg["event"] for record in caplog.records] == ["push dropped"]

    async def test_a_frame_that_is_no_message_is_a_defect(self, someone):
        with pytest.raises(TypeError):
            await send(someone.pk, {"type": "x", "value": object()})

    def test_groups_are_named_by_account(self):
        person = UUID("0192f0c1-2345-7abc-8def-0123456789ab")
        assert group_of(person) == "user.0192f0c123457abc8def0123456789ab"
