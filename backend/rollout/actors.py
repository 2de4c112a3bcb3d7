"""Published actors out of the object store, refused aloud when they do not fit."""

from backend.errors import ConfigError
from backend.rl.config import RltConfig
from backend.rl.policy import ActorPolicy
from backend.rl.suggestions import Suggestions
from backend.storage.objects import ObjectStore
from backend.storage.weights import unpack


def load_actor(store: ObjectStore, sha256: str, lock_sha256: str) -> ActorPolicy:
    """Read one; raises ConsoleError when it is missing, damaged, or made for other models."""
    tensors, _ = unpack(store.get("checkpoints", sha256), lock_sha256=lock_sha256)
    broken = [name for name, tensor in tensors.items() if not tensor.isfinite().all()]
    if broken:
        raise ConfigError(f"These weights are not numbers: {', '.join(broken)}.")
    return ActorPolicy.load(tensors)


def check_fits(actor: ActorPolicy, config: RltConfig) -> None:
    """Raise ConfigError when a run's configuration asks for another kind of actor."""
    if actor.dims.chunk != config.chunk:
        raise ConfigError(
            f"The actor decides {actor.dims.chunk} steps at once, the run asks for {config.chunk}."
        )


def load_learned(store: ObjectStore, sha256: str, lock_sha256: str) -> Suggestions:
    """What was learned from people; raises ConsoleError, ValueError or KeyError like an actor."""
    tensors, _ = unpack(store.get("suggestions", sha256), lock_sha256=lock_sha256)
    return Suggestions.load({name: tensor.numpy() for name, tensor in tensors.items()})
