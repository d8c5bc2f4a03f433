"""Play every department until told to stop. The first line on the output is the port, when everything is ready."""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from verification.sources import registry
from verification.sources.simulated import registers
from verification.sources.simulated.faults import Faults
from verification.sources.simulated.folders import Folders
from verification.sources.simulated.server import KEY_ID, Server
from verification.sources.simulated.truths import Truths
from verification.sources.simulated.world import World


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    for source in registry.sources():
        (options.folder / source.code).mkdir(parents=True, exist_ok=True)
    world = World(options.folder, Truths(options.truths), Faults(options.faults))
    world.truths.people()
    if options.dsn:
        registers.fill(options.dsn, world.truths)
        _write_private(options.folder / "dsn", options.dsn)
    stopped = threading.Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: stopped.set())
    folders, server = Folders(world), Server(world, options.port, _secret(options.folder))
    if options.connections:
        _connect(options, server.server_port)
    folders.start()
    threading.Thread(target=server.serve_forever, name="calls", daemon=True).start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    stopped.wait(options.seconds)
    server.shutdown()
    folders.stopped.set()
    folders.join()
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="verification.sources.simulated", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="exchange folders, secret and asked.jsonl lie here")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--truths", type=Path, required=True)
    parser.add_argument("--faults", type=Path)
    parser.add_argument("--dsn", help="fill tables here, for sources that are read as views")
    parser.add_argument("--for", dest="seconds", type=float, help="stop by itself after so many seconds")
    parser.add_argument("--connections", type=Path, help="write a deployment's file that connects every source to this")
    parser.add_argument("--rest", default="", help="codes of the sources that are called, by commas")
    parser.add_argument("--views", default="", help="codes of the sources that are read as views")
    options = parser.parse_args(arguments)
    if options.views and not options.dsn:
        parser.error("--views needs --dsn")
    return options


def _secret(folder: Path) -> bytes:
    """Made at the first start, kept for the next."""
    path = folder / "secret"
    if not path.exists():
        _write_private(path, secrets.token_hex(32))
    return path.read_bytes().strip()


def _write_private(path: Path, content: str) -> None:
    path.touch(mode=0o600)
    path.write_text(f"{content}\n", encoding="utf-8")


def _connect(options: argparse.Namespace, port: int) -> None:
    """Every source by its way: called, a view, else folders."""
    rest, views = options.rest.split(","), options.views.split(",")
    folder = options.folder.resolve()
    told: dict[str, dict[str, Any]] = {}
    for code in (source.code for source in registry.sources()):
        if code in rest:
            address = f"http://127.0.0.1:{port}/{code}/ask"
            told[code] = {"transport": "rest", "address": address, "key_id": KEY_ID, "secret_file": f"{folder}/secret"}
        elif code in views:
            told[code] = {"transport": "view", "dsn_file": f"{folder}/dsn", "view": f"{registers.SCHEMA}.{code}"}
        else:
            told[code] = {"transport": "files", "folder": f"{folder}/{code}"}
    options.connections.write_text(yaml.safe_dump(told), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
