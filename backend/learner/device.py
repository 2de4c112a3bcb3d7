"""Where runs' networks and windows lie while they learn."""

from typing import Literal

import torch

from backend.errors import ConfigError

Wish = Literal["auto", "cpu", "cuda"]


def learning_device(wish: Wish) -> torch.device:
    """The device for learning; `auto` is the GPU where torch can use one.

    Raises:
        ConfigError: if a GPU is asked for by name and torch has none.
    """
    has_gpu = torch.cuda.is_available()
    if wish == "cuda" and not has_gpu:
        raise ConfigError(
            "RLT_LEARNER_DEVICE asks for a GPU and torch finds none. Install a CUDA build of torch "
            "and its driver, or set it to auto."
        )
    return torch.device("cuda" if has_gpu and wish != "cpu" else "cpu")
