"""What the image is: as small and as harmless as the Dockerfile says."""


def test_runs_as_nobody_special_and_says_whether_it_is_well(image):
    config = image.inspect()

    assert config["User"] == "10001:10001"
    assert config["StopSignal"] == "SIGTERM"
    assert config["Healthcheck"]["Test"][-2:] == ["config.probe", "/healthz"]
    assert config["Labels"]["org.opencontainers.image.licenses"] == "BSD-3-Clause"


def test_holds_what_serves_and_no_more(image):
    container = image.container()

    names = set(container.run("ls", "-A", "/opt/tillkeeper").split())
    writable = container.run("sh", "-c", "find /opt -writable -not -type l")
    container.remove()

    assert names == {
        *("config", "pos", "customers", "sales", "templates", "static"),
        *("manage.py", "pyproject.toml", "requirements.txt", "LICENSE"),
        *("venv", "staticfiles"),
    }
    assert writable == ""


def test_is_not_well_where_nothing_serves(image, free_port):
    container = image.container()
    probe = f"from config.probe import main; print(main('/', port={free_port}))"

    said = container.run("sh", "-c", f'python -c "{probe}" 2>&1')
    container.remove()

    assert "/ does not answer" in said
    assert said.endswith("1")
