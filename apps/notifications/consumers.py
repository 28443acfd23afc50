"""The socket that brings notifications."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from apps.core.errors import InvalidInput
from apps.core.errors import mark as _
from apps.core.realtime.consumer import RealtimeConsumer
from apps.core.realtime.frames import Frame, frame
from apps.core.realtime.rows import in_database
from apps.notifications import selectors
from apps.notifications.models import Notification
from apps.notifications.presenters import NOTIFICATION, notification_frames
from apps.notifications.selectors import Position


class NotificationConsumer(RealtimeConsumer):
    """Sends each notification of the person once and in the feed's order, whatever becomes of its hints.

    A pushed frame says only that the feed has grown: what lies behind ``_position`` is then sent, so that a
    hint that was lost, doubled or overtaken by the next neither drops nor repeats anything. What came before
    the socket was open is sent when the client asks for it with ``resume``.
    """

    async def accept(
        self,
        subprotocol: str | None = None,
        headers: list[tuple[str, str]] | None = None,
    ) -> None:
        """Note where the feed stands, once hints arrive and before the client knows that it is connected."""
        self._position = await in_database(selectors.newest_position)(viewer=self.user)
        self._opened_at = self._position
        self._catching_up = False
        await super().accept(subprotocol, headers)

    async def pushed(self, content: Frame) -> None:
        """Send what is new in the feed; frames of other kinds pass as they are."""
        if content.get("type") != NOTIFICATION:
            await super().pushed(content)
            return
        more = not self._catching_up
        while more:
            frames, more = await in_database(self._news)()
            for each in frames:
                await self.send_frame(each)

    @frame("resume")
    def resume(self, received: Frame) -> Sequence[Frame]:
        """Answer with what was missed since ``after_id``, oldest first, a page at a time.

        Until the last page was fetched nothing new is sent: a client that loses the connection meanwhile goes
        on from the last notification that it got, and everything newer must still be ahead of it.
        """
        after = selectors.position_after(viewer=self.user, notification_id=_after_id(received))
        missed, more = selectors.feed_after(
            viewer=self.user, position=after, besides=(self._opened_at.seq, self._position.seq)
        )
        reached = Position.of(missed[-1]) if missed else after
        self._catching_up = more
        if not more:
            self._position = max(self._position, reached, key=lambda position: position.seq)
            reached = self._position
        return [
            *self._frames_of(missed),
            {"type": "resumed", "last_id": reached.id, "has_more": more},
        ]

    def _news(self) -> tuple[Sequence[Frame], bool]:
        new, more = selectors.feed_after(viewer=self.user, position=self._position)
        if new:
            self._position = Position.of(new[-1])
        return self._frames_of(new), more

    def _frames_of(self, notifications: Sequence[Notification]) -> Sequence[Frame]:
        return notification_frames(notifications, language=self.user.language)


def _after_id(received: Frame) -> UUID | None:
    try:
        after_id = received["after_id"]
        return None if after_id is None else UUID(after_id)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise InvalidInput.field(
            "after_id", "invalid", _("This is the id of a notification, or null.")
        ) from error
