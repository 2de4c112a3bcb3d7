"""The frozen half of a task: VLA and RL token, read together under one lock."""

from dataclasses import dataclass
from pathlib import Path

from backend.errors import ConfigError
from backend.rl.dims import Dims
from backend.rl.normalisation import Normalisation
from backend.rl.token import RlToken
from backend.vla.base import Vla
from backend.vla.checkpoint import BUILTIN, load_token, load_vla
from backend.vla.lock import Lock


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """Everything that stays as it is while a run learns."""

    vla: Vla
    token: RlToken
    lock: Lock

    @property
    def normalisation(self) -> Normalisation:
        """Units of a run's networks."""
        return self.vla.normalisation

    def dims(self, chunk: int) -> Dims:
        """Sizes of a run's networks when it plays chunks of so many steps."""
        return Dims(
            token=self.token.config.token,
            state=len(self.vla.spec.state_names),
            action=len(self.vla.spec.action_names),
            chunk=chunk,
        )


def freeze(vla: Vla, token: RlToken, token_sha256: str) -> Frozen:
    """Put a matching pair under its lock."""
    spec = vla.spec
    lock = Lock(
        vla_sha256=vla.sha256,
        token_sha256=token_sha256,
        normalisation_sha256=vla.normalisation.sha256(),
        action_names=spec.action_names,
        state_names=spec.state_names,
        cameras=spec.cameras,
        control_hz=spec.control_hz,
    )
    return Frozen(vla=vla, token=token, lock=lock)


def load_frozen(task: str, vla_path: Path | None, token_path: Path | None) -> Frozen:
    """The pair for a task: the given files, or the ones that come with the product."""
    if (vla_path is None) != (token_path is None):
        raise ConfigError("A VLA and its token go together: give both files, or neither.")
    vla_path = vla_path or BUILTIN / "vla.safetensors"
    token_path = token_path or BUILTIN / f"{task}-token.safetensors"
    for path in (vla_path, token_path):
        if not path.is_file():
            raise ConfigError(
                f"There is no file {path}: train the models for {task!r} with `rlt vla train` and "
                "`rlt token train`, or name their files with RLT_VLA and RLT_TOKEN."
            )
    try:
        vla = load_vla(vla_path, task)
        checkpoint = load_token(token_path, vla_sha256=vla.sha256)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    return freeze(vla, checkpoint.token, checkpoint.sha256)
