"""Talks to systemd: ready, alive, stopping (the protocol of sd_notify(3)). Does nothing elsewhere."""

import os
import socket


def tell(state: str) -> None:
    """Send one state, such as `READY=1` or `WATCHDOG=1`, to the service manager if there is one."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.connect(address)
        channel.sendall(state.encode())
