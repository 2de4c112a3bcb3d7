"""Updates per second of the learner, beside what the machine's arithmetic allows.

The floor of one update counts two multiply-adds for each weight and sample on the way forward and
four on the way back (gradients of weights and of inputs), for the target pass, the critics' step
and, every second time, the actor's step through the critics. The rate of large float32 products is
measured between the updates, in the same process, on one core, or on the GPU where the learner
would use one.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from backend.rl.algorithms.rlt import Rlt
from backend.rl.config import RltConfig
from backend.rl.dims import Dims
from backend.rl.launch import CPU
from backend.rl.normalisation import Normalisation
from backend.rl.replay import Replay
from backend.rl.transitions import Windows
from backend.studies.bench.figures import machine
from backend.studies.bench.textbook import Textbook

PRODUCT = 1536
"""Edge of the square products that tell the machine's rate."""
ROUNDS = 7
SECONDS = 0.6
"""Spent on each contender in each round."""
TOGETHER = 10
"""Updates in one call of the learner."""
EPISODE = 60
EPISODES = 60


@dataclass(frozen=True, kw_only=True)
class Size:
    """One row of the table."""

    token: int
    action: int
    batch: int
    chunk: int = 10

    @property
    def dims(self) -> Dims:
        """Proprioception as long as an action."""
        return Dims(token=self.token, state=self.action, action=self.action, chunk=self.chunk)

    def operations(self, hidden: int) -> float:
        """Floating point operations of one critic update, an actor step every second time."""
        dims = self.dims
        inputs = dims.observation + dims.flat_chunk
        actor = inputs * hidden + hidden * hidden + hidden * dims.flat_chunk
        critics = 2 * (inputs * hidden + hidden * hidden + hidden)
        targets, critic_step = actor + critics, 3 * critics
        actor_step = 3 * actor + 2 * critics
        return 2.0 * self.batch * (targets + critic_step + actor_step / 2)


SIZES = (
    Size(token=256, action=7, batch=128),
    Size(token=256, action=7, batch=256),
    Size(token=2048, action=14, batch=256),
)


def run(device: torch.device, progress: Callable[[str], None]) -> dict[str, Any]:
    """The table."""
    torch.set_num_threads(1)
    rows = []
    for size in SIZES:
        rows.append(measure(size, device))
        row = rows[-1]
        progress(
            f"token {size.token}, actions {size.action}, batch {size.batch}: "
            f"{row['updates_per_s']:.1f} updates/s, {100 * row['share_of_floor']:.0f} % of the "
            f"floor of {row['floor_per_s']:.1f} at {row['product_gflops']:.0f} GFLOP/s; "
            f"textbook {row['textbook_per_s']:.1f}"
        )
    about = {"torch": torch.__version__, "threads": 1, "device": _name(device)}
    return {"machine": machine() | about, "rows": rows}


def measure(
    size: Size, device: torch.device = CPU, *, rounds: int = ROUNDS, seconds: float = SECONDS
) -> dict[str, Any]:
    """One row: medians over rounds in which everybody has a turn."""
    config = RltConfig(batch_size=size.batch, chunk=size.chunk, replay_capacity=20_000)
    rlt = Rlt(config, size.dims, _normalisation(size.dims), seed=0, device=device)
    replay = _filled(rlt)
    bounds = (torch.tensor(-9.0, device=device), torch.tensor(9.0, device=device))
    book = Textbook(rlt.networks, size.dims, config, bounds)
    draws, noise = torch.Generator().manual_seed(0), torch.Generator(device).manual_seed(0)
    edge = torch.randn(PRODUCT, PRODUCT, device=device)
    out = torch.empty_like(edge)

    def textbook() -> None:
        book.update(replay.sample(size.batch, draws), config.beta, noise)

    contenders: dict[str, Callable[[], object]] = {
        "product": lambda: torch.mm(edge, edge, out=out),
        "ours": lambda: rlt.train(replay, TOGETHER),
        "textbook": textbook,
    }
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, work in contenders.items():
            rate = _rate(work, device, seconds if number else seconds / 4)
            if number:
                rates[name].append(rate)
    product, ours, plain = (statistics.median(rates[name]) for name in contenders)
    gflops = 2.0 * PRODUCT**3 * product / 1e9
    floor = gflops * 1e9 / size.operations(config.hidden)
    shares = [
        TOGETHER * a / (2.0 * PRODUCT**3 * b / size.operations(config.hidden))
        for a, b in zip(rates["ours"], rates["product"], strict=True)
    ]
    return {
        "token": size.token,
        "action": size.action,
        "chunk": size.chunk,
        "batch": size.batch,
        "hidden": config.hidden,
        "product_gflops": round(gflops, 1),
        "floor_per_s": round(floor, 1),
        "updates_per_s": round(TOGETHER * ours, 1),
        "share_of_floor": round(statistics.median(shares), 3),
        "shares": [round(share, 3) for share in sorted(shares)],
        "textbook_per_s": round(plain, 1),
        "textbook_share": round(plain / floor, 3),
        "times_textbook": round(TOGETHER * ours / plain, 2),
    }


def _name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "processor"


def _rate(work: Callable[[], object], device: torch.device, seconds: float) -> float:
    """Calls per second, by the clock on the wall."""
    calls, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        work()
        if device.type == "cuda":  # which goes on working after it was told what to do
            torch.cuda.synchronize(device)
        calls += 1
    return calls / passed


def _filled(rlt: Rlt) -> Replay:
    """A replay of made-up episodes; what is in them does not matter here."""
    rng = np.random.default_rng(0)
    replay, dims = rlt.new_replay(), rlt.dims

    def noise(width: int) -> Any:  # noqa: ANN401
        return rng.normal(size=(EPISODE, width)).astype(np.float32)

    for number in range(EPISODES):
        windows = Windows(
            x=noise(dims.observation),
            reference=noise(dims.flat_chunk),
            action=noise(dims.flat_chunk),
            target=noise(dims.flat_chunk),
            steps=np.full(EPISODE, dims.chunk),
            last=np.arange(EPISODE) >= EPISODE - dims.chunk // 2,
            following=np.minimum(np.arange(EPISODE) + dims.chunk // 2, EPISODE - 1),
            source=np.zeros(EPISODE, np.uint8),
            truncated=False,
        )
        replay.add(str(number), windows, "success" if number % 2 else "failure")
    return replay


def _normalisation(dims: Dims) -> Normalisation:
    return Normalisation(
        action_mean=np.zeros(dims.action, np.float32),
        action_std=np.ones(dims.action, np.float32),
        action_limit=np.full(dims.action, 9.0, np.float32),
        state_mean=np.zeros(dims.state, np.float32),
        state_std=np.ones(dims.state, np.float32),
    )
