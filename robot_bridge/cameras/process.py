"""The camera process: renders or captures and packs JPEGs, far from the control loop.

It is started by `host.py` with the robot's driver and task, takes wishes on its standard input and
answers on its standard output. When the input closes, its bridge is gone and so is it.
"""

import argparse
import os
import queue
import sys
import threading
from itertools import count
from typing import BinaryIO

import msgspec
import simplejpeg

from robot_bridge.build import load_driver
from robot_bridge.cameras.base import CameraSource
from robot_bridge.cameras.wire import (
    LENGTH,
    Picture,
    Ready,
    Reply,
    Shot,
    Shots,
    Trouble,
    decode_shot,
    packed,
)
from robot_bridge.errors import BridgeError
from robot_bridge.priority import ask_for_priority

_Entry = tuple[int, int, Shot]
"""Place in the queue, arrival, wish."""


def serve(source: CameraSource, incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer wishes, the most urgent first, until the input closes."""
    try:
        renderer = source.open()
    except BridgeError as error:
        _say(outgoing, Trouble(str(error)))
        return
    _say(outgoing, Ready(renderer))
    wishes: queue.PriorityQueue[_Entry] = queue.PriorityQueue()
    reader = threading.Thread(target=_read, args=(incoming, wishes), daemon=True)
    reader.start()
    try:
        while True:
            shot = wishes.get()[2]
            _say(outgoing, Shots(shot.id, tuple(_jpeg(source, shot, p) for p in shot.pictures)))
    except BridgeError as error:
        _say(outgoing, Trouble(str(error)))
    except BrokenPipeError:
        return
    finally:
        source.close()


def _read(incoming: BinaryIO, wishes: "queue.PriorityQueue[_Entry]") -> None:
    arrivals = count()
    while True:
        head = incoming.read(LENGTH.size)
        body = incoming.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""
        if not body:
            # The bridge is gone; nothing here is worth a tidy end.
            os._exit(0)
        shot = decode_shot(body)
        arrival = next(arrivals)
        wishes.put((shot.priority.place(arrival), arrival, shot))


def _jpeg(source: CameraSource, shot: Shot, picture: Picture) -> bytes:
    pixels = source.grab(picture.camera, picture.width, picture.height, shot.snapshot)
    packed_picture: bytes = simplejpeg.encode_jpeg(
        pixels,
        quality=picture.quality,
        colorspace="RGB",
        colorsubsampling="444" if picture.full_chroma else "420",
        fastdct=not picture.full_chroma,
    )
    return packed_picture


def _say(outgoing: BinaryIO, reply: Reply | msgspec.Struct) -> None:
    outgoing.write(packed(reply))
    outgoing.flush()


def main() -> None:
    """Entry point of the child."""
    parser = argparse.ArgumentParser(prog="robot_bridge.cameras.process")
    parser.add_argument("--driver", required=True)
    parser.add_argument("--task", required=True)
    args = parser.parse_args()
    ask_for_priority()
    # Libraries that print would garble the answers: what they print goes to standard error.
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(load_driver(args.driver).build_cameras(args.task), sys.stdin.buffer, outgoing)


if __name__ == "__main__":
    main()
