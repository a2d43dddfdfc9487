"""Network namespaces of this machine as hosts of a network, each with a link that can be cut.

The machine itself is the host at `Network.here`; every other has an address of its own and nothing
else in common with it but time, files and process numbers. Needs root, and a kernel that allows it.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class NotPermitted(Exception):
    """No such hosts can be made here. The message says why."""


@dataclass
class Network:
    """`prefix` of this process keeps names apart."""

    prefix: str
    here: str = "10.213.7.1"
    range: str = "10.213.7.0/24"
    hosts: list[str] = field(default_factory=list)

    def command(self, host: str) -> list[str]:
        """What to put before a command so that it runs on `host`."""
        return ["ip", "netns", "exec", self._space(host)]

    def add(self, host: str) -> None:
        number = len(self.hosts) + 1
        self.hosts.append(host)
        space, link = self._space(host), f"{self.prefix}{number}"
        _ip("netns", "add", space)
        _ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", space)
        _ip("link", "set", link, "master", self._bridge, "up")
        _ip("-n", space, "addr", "add", f"10.213.7.{number + 1}/24", "dev", "eth0")
        _ip("-n", space, "link", "set", "eth0", "up")
        _ip("-n", space, "link", "set", "lo", "up")

    def cut(self, host: str) -> None:
        """Nothing goes in or out of it, and nobody is told."""
        self._link(host, "down")

    def mend(self, host: str) -> None:
        self._link(host, "up")

    def _link(self, host: str, state: str) -> None:
        _ip("link", "set", f"{self.prefix}{self.hosts.index(host) + 1}", state)

    def _space(self, host: str) -> str:
        return f"{self.prefix}-{host}"

    @property
    def _bridge(self) -> str:
        return f"{self.prefix}br"


@contextmanager
def network(*hosts: str) -> Iterator[Network]:
    """A network of these hosts, gone afterwards. Raises NotPermitted."""
    if os.geteuid() != 0:
        raise NotPermitted("Network namespaces need root.")
    made = Network(prefix=f"ov{os.getpid() % 10_000}")
    try:
        try:
            _ip("link", "add", made._bridge, "type", "bridge")
            _ip("addr", "add", f"{made.here}/24", "dev", made._bridge)
            _ip("link", "set", made._bridge, "up")
            for host in hosts:
                made.add(host)
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", "") or str(error)
            raise NotPermitted(f"No network namespaces here: {said.strip()}") from error
        yield made
    finally:
        for host in made.hosts:
            _ip("netns", "del", made._space(host), check=False)
        _ip("link", "del", made._bridge, check=False)


def _ip(*arguments: str, check: bool = True) -> None:
    subprocess.run(["ip", *arguments], check=check, capture_output=True, text=True)
