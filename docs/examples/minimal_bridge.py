# ruff: noqa: ANN001, ANN003, ANN201, TID251
"""A robot without physics, written from docs/protocol.md: minimal_bridge.py WEB POLICY NAME."""

import asyncio
import os
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
from websockets.asyncio.client import connect

HERE = Path(__file__).parent
ABOUT = msgspec.json.decode((HERE / "minimal_hello.json").read_bytes()) | {"robot": sys.argv[3]}
BLACK = (HERE / "black.jpg").read_bytes()
IMAGES = [{"camera": camera["name"], "jpeg": BLACK} for camera in ABOUT["cameras"]]
ZEROS = np.zeros((50, len(ABOUT["state_names"])), "<f4")
SILENCE_S = 0.12
ws, heard, run, cell = {}, {}, {}, {"armed": False, "cleared": False}


def array(values):
    return ["f4", list(values.shape), values.astype("<f4").tobytes()]


async def say(session, kind, **fields):
    await ws[session].send(msgspec.msgpack.encode({"type": kind, **fields}))


async def record(kind, **fields):
    run["seq"] += 1
    await say("policy", kind, seq=run["seq"], episode_id=run["id"], **fields)


async def observe():
    ask = {"episode_id": run["id"], "step": run["step"], "delay": 0, "rl": run["rl"]}
    await say("policy", "observation", images=IMAGES, state=array(ZEROS[0]), **ask)


async def end(by):
    how = {"ended_by": by, "truncated": by != "label"}
    await record("episode_end", steps=run["step"], ended_at=time.time(), **how)
    run.clear()


async def command(order):
    kind, args = order["kind"], order["args"]
    possible = {"stop": True, "clear_stop": not cell["armed"], "arm": cell["cleared"]}
    possible |= {"start_episode": cell["armed"] and not run, "end_episode": bool(run)}
    ok = possible.get(kind, False)
    if ok and kind == "start_episode":
        run.update(id=args["episode_id"], seq=-1, step=0, rl=args["hand_off_at_start"])
        who = {"run_id": args["run_id"], "seed": args["seed"], "started_at": time.time()}
        what = {name: ABOUT[name] for name in ("task", "instruction")}
        await record("episode_start", regime=args["regime"], **what, **who)
        await observe()
    elif ok and kind != "end_episode":
        cell.update(armed=kind == "arm", cleared=kind == "clear_stop")
    if ok and run and kind in ("stop", "end_episode"):
        await end("stopped" if kind == "stop" else "label")
    error = "" if ok else f"{kind} is not possible now"
    await say("control", "command_result", id=order["id"], ok=ok, error=error)


async def play(chunk):
    wish = np.frombuffer(chunk["actions"][2], "<f4").reshape(chunk["actions"][1])
    if chunk["episode_id"] != run.get("id") or not np.isfinite(wish).all():
        return
    limit, first, n = np.array(ABOUT["action_limit"]), run["step"], len(wish)
    await asyncio.sleep(n / ABOUT["control_hz"])  # a real robot would move here
    if chunk["episode_id"] != run.get("id"):
        return
    run["step"] += n
    anchors = [{"step": s, "images": IMAGES} for s in range(first, first + n) if s % 2 == 0]
    who = {"sources": [chunk["source"]] * n, "policy_versions": [chunk["policy_version"]] * n}
    what = {"actions": array(np.clip(wish, -limit, limit)), "states": array(ZEROS[:n])}
    await record("chunk_report", start_step=first, anchors=anchors, **what, **who)
    await observe()


async def beat():
    for tick in range(sys.maxsize):
        await asyncio.sleep(1 / ABOUT["control_hz"])
        if cell["armed"] and max(time.monotonic() - at for at in heard.values()) > SILENCE_S:
            sys.exit("a session is silent: the robot holds, and nothing here arms it again")
        phase = ("rl" if run["rl"] else "base") if run else "paused" if cell["armed"] else "stopped"
        now = {"sent_ns": time.monotonic_ns(), "task": ABOUT["task"], "armed": cell["armed"]}
        where = {"step": run.get("step", -1), "activity": "episode" if run else "idle"}
        for session in [name for name in ws if tick % 5 == 0]:
            await say(session, "heartbeat", sent_ns=now["sent_ns"])
        if "control" in ws and tick % 5 == 0:
            await say("control", "telemetry", phase=phase, **now, **where)


async def session(name, url):
    token = {"Authorization": f"Bearer {os.environ['RLT_ROBOT_TOKEN']}"}
    async with connect(url, additional_headers=token, compression=None) as socket:
        await socket.send(msgspec.msgpack.encode({"type": "hello", "session": name, **ABOUT}))
        async for data in socket:
            message = msgspec.msgpack.decode(data)
            ws[name], heard[name] = socket, time.monotonic()
            if message["type"] == "refused":
                sys.exit(f"{message['reason']} {message['advice']}")
            elif message["type"] == "command":
                await command(message)
            elif message["type"] == "chunk":
                playing.add(asyncio.create_task(play(message)))
    sys.exit(f"the {name} session is lost: the robot holds")


async def main():
    await asyncio.gather(session("control", sys.argv[1]), session("policy", sys.argv[2]), beat())


playing = set()
asyncio.run(main())
