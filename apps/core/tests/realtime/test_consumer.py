from __future__ import annotations

import json
import unicodedata
from dataclasses import replace

import pytest
from asgiref.sync import sync_to_async

from apps.core.realtime.frames import LARGEST
from apps.core.realtime.push import push


class TestFrames:
    async def test_a_heartbeat_is_answered(self, connected):
        assert await connected.ask({"type": "ping"}) == {"type": "pong"}
        assert await connected.ask({"type": "ping", "ref": 7}) == {"type": "pong", "ref": 7}

    async def test_a_plain_method_answers_with_a_frame(self, connected, someone):
        answer = await connected.ask({"type": "light", "watts": 40})
        assert answer == {"type": "lit", "by": str(someone.pk), "watts": 40}

    async def test_a_coroutine_answers_with_several(self, connected):
        assert await connected.ask({"type": "blink"}) == {"type": "lit"}
        assert await connected.receive() == {"type": "dark"}

    async def test_a_method_may_answer_nothing(self, connected):
        await connected.send({"type": "whisper"})
        assert await connected.ask({"type": "ping"}) == {"type": "pong"}

    async def test_texts_arrive_composed(self, connected):
        apart = unicodedata.normalize("NFD", "Huế")
        assert (await connected.ask({"type": "light", "watts": apart}))["watts"] == "Huế"

    async def test_a_consumer_answers_its_own_frames_only(self, dial, ticket_of, someone):
        socket = dial(ticket_of(someone), path="/ws/quiet/")
        await socket.connect()
        assert (await socket.ask({"type": "light"}))["code"] == "unknown_frame"
        assert await socket.ask({"type": "ping"}) == {"type": "pong"}
        await socket.disconnect()


class TestMistakes:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{",
            "nonsense",
            "[]",
            "1",
            "null",
            '"ping"',
            '{"type": NaN}',
            "[" * 5000,
            '"\\ud800"',
        ],
    )
    async def test_what_is_no_json_object_is_malformed_and_the_socket_lives(self, connected, text):
        assert await connected.ask(text) == {"type": "error", "code": "malformed", "ref": None}
        assert await connected.ask({"type": "ping"}) == {"type": "pong"}

    async def test_bytes_are_malformed(self, connected):
        assert (await connected.ask(b'{"type": "ping"}'))["code"] == "malformed"

    @pytest.mark.parametrize(
        "frame",
        [{}, {"type": "dance"}, {"type": 1}, {"type": None}, {"type": ["ping"]}, {"type": {}}],
    )
    async def test_an_unknown_type_is_told(self, connected, frame):
        answer = await connected.ask(frame)
        assert answer == {"type": "error", "code": "unknown_frame", "ref": None}

    async def test_a_frame_of_16_kib_is_read_and_a_longer_one_is_not(self, connected):
        frame = json.dumps({"type": "ping", "padding": ""})
        fits = frame.replace('""', '"' + "x" * (LARGEST - len(frame)) + '"')
        assert len(fits) == LARGEST == 16_384
        assert await connected.ask(fits) == {"type": "pong"}
        exceeds = fits.replace('x"', 'xx"')
        assert (await connected.ask(exceeds))["code"] == "frame_too_large"

    async def test_the_limit_counts_bytes(self, connected):
        letters = json.dumps({"type": "ping", "padding": "ế" * 6000}, ensure_ascii=False)
        assert len(letters) < LARGEST
        assert (await connected.ask(letters))["code"] == "frame_too_large"

    @pytest.mark.parametrize(
        ("kind", "code"),
        [("jam", "lamp_stuck"), ("misread", "invalid_input"), ("break", "internal_error")],
    )
    async def test_a_refusal_is_told_by_code_and_the_socket_lives(self, connected, kind, code):
        answer = await connected.ask({"type": kind, "ref": "r-1"})
        assert answer == {"type": "error", "code": code, "ref": "r-1"}
        assert await connected.ask({"type": "ping"}) == {"type": "pong"}

    async def test_a_defect_is_logged(self, connected, caplog):
        await connected.ask({"type": "break"})
        (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
        assert record.msg["event"] == "unhandled"
        assert record.msg["frame"] == "break"

    @pytest.mark.parametrize(
        ("given", "ref"),
        [
            ({"ref": 5}, 5),
            ({"client_id": "c-1"}, "c-1"),
            ({"ref": "r", "client_id": "c"}, "r"),
            ({"ref": True}, None),
            ({"ref": "x" * 65}, None),
            ({"ref": {"a": 1}}, None),
            ({"ref": 1.5}, None),
        ],
    )
    async def test_an_error_says_which_frame_it_is_about(self, connected, given, ref):
        assert (await connected.ask({"type": "jam", **given}))["ref"] == ref


class TestAnAccountThatMayNoLongerAct:
    @pytest.fixture
    async def open_socket(self, dial, ticket_of, someone):
        socket = dial(ticket_of(someone))
        assert await socket.connect()
        return socket

    async def closed(self, socket) -> bool:
        answer = await socket.receive_output(5)
        await socket.disconnect()
        return answer == {"type": "websocket.close", "code": 4401}

    async def test_gets_no_pushed_frame_any_more(self, open_socket, accounts, someone):
        accounts.clear()

        await sync_to_async(push)(someone.pk, {"type": "secret"})

        assert await self.closed(open_socket)

    async def test_gets_no_answer_any_more(self, open_socket, accounts):
        accounts.clear()

        await open_socket.send({"type": "light"})

        assert await self.closed(open_socket)

    async def test_is_read_again_before_each_frame(self, connected, accounts, someone):
        """What is true of the account now counts, not what was when the socket was opened."""
        accounts[someone.session] = replace(someone, name="renamed")

        assert (await connected.ask({"type": "whoami"}))["name"] == "renamed"
