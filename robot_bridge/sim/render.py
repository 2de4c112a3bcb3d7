"""Pictures of the simulated cell, with or without a graphics system.

Three ways, chosen in this order unless the environment variable `RLT_RENDER` names one: EGL where
there is a GPU, else OSMesa (software, one system package) or EGL in software if installed, else a
ray caster that needs nothing but MuJoCo and numpy. They show the same shapes; shading and the
smoothness of edges differ a little.

A picture maker belongs to the thread that made it. Start processes that use one with `spawn`: a
forked child hangs in the inherited graphics driver.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from ctypes.util import find_library
from pathlib import Path
from types import MappingProxyType
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from robot_bridge.errors import ConfigError

Pixels = NDArray[np.uint8]
VARIABLE = "RLT_RENDER"
BACKENDS = ("osmesa", "egl", "raycast")
GROUPS = 6
USUAL_GROUPS = (0, 1, 2)
"""Groups of shapes that a camera draws for which nothing else is said."""
UNDRAWN = GROUPS - 1
"""A group that no camera draws while a picture is made."""
SIZES = 4
"""Sizes of pictures that are kept ready; policy, wall and page are three."""
_MARGIN, _SLACK = 1.01, 1e-3
_NO_GROUPS: Mapping[int, Collection[int]] = MappingProxyType({})
SMALL = 256
"""Pictures up to this edge are drawn twice as large and averaged down: their edges then tell of
fractions of a pixel, which a policy needs for fits finer than a pixel."""


def halved(drawn: Pixels) -> Pixels:
    """The mean of every four pixels, rounded to the nearest, halves to even.

    In whole numbers and over whole rows: `mean` and `round` take longer than drawing does.
    """
    height, width, colours = drawn.shape
    rows = np.add(drawn[0::2], drawn[1::2], dtype=np.uint16)
    pairs = rows.reshape(height // 2, width // 2, 2 * colours)
    total = pairs[..., :colours] + pairs[..., colours:]
    mean: Pixels = ((total + 1 + ((total >> 2) & 1)) >> 2).astype(np.uint8)
    return mean


def in_view(model: Any, data: Any, camera: int, aspect: float) -> NDArray[np.bool_]:
    """Which shapes may be in a picture `aspect` times as wide as high, shape [ngeom].

    True where in doubt. A shape is out when its bounding box lies beyond one side of the camera's
    pyramid of sight, or behind the camera.
    """
    up = float(np.tan(np.radians(model.cam_fovy[camera]) / 2))
    slopes = np.array([[1 / (up * aspect), 0], [-1 / (up * aspect), 0], [0, 1 / up], [0, -1 / up]])
    outwards = np.vstack([np.column_stack([slopes, np.ones(4)]), [0.0, 0.0, 1.0]])
    sides = outwards @ data.cam_xmat[camera].reshape(3, 3).T
    turns = data.geom_xmat.reshape(-1, 3, 3)
    middle, half = model.geom_aabb[:, :3, None], model.geom_aabb[:, 3:, None]
    along = (sides @ turns).transpose(0, 2, 1)
    beyond = (data.geom_xpos - data.cam_xpos[camera]) @ sides.T + (along * middle).sum(axis=1)
    reach = (np.abs(along) * half).sum(axis=1)
    return np.asarray((beyond <= reach * _MARGIN + _SLACK).all(axis=1))


class PictureMaker(ABC):
    """Renders one model, over and over, from its fixed cameras."""

    description: str

    def __init__(self, model: Any, groups: Mapping[int, Collection[int]]) -> None:
        """`groups`: what single cameras draw instead of the usual groups of shapes."""
        self._model = model
        self._groups = {
            camera: np.isin(np.arange(GROUPS), list(shown)) for camera, shown in groups.items()
        }
        self._usual = np.isin(np.arange(GROUPS), USUAL_GROUPS)

    def _shown(self, camera: int) -> NDArray[np.bool_]:
        """The groups that a camera draws, shape [6]."""
        return self._groups.get(camera, self._usual)

    @abstractmethod
    def picture(self, data: Any, camera: int, width: int, height: int) -> Pixels:
        """RGB of what a camera sees; `data` must hold current body, camera and light poses."""

    @abstractmethod
    def close(self) -> None:
        """Release the graphics system. May be called twice."""


class GraphicsMaker(PictureMaker):
    """MuJoCo's own renderer in an off-screen OpenGL context."""

    def __init__(
        self, model: Any, backend: str, groups: Mapping[int, Collection[int]] = _NO_GROUPS
    ) -> None:
        super().__init__(model, groups)
        # The renderer's own worker threads would compete with the learner for cores.
        os.environ.setdefault("LP_NUM_THREADS", "0")
        self._gl = _context_class(backend)(64, 64)
        self._gl.make_current()
        self._largest = (model.vis.global_.offwidth, model.vis.global_.offheight)
        self._contexts: dict[tuple[int, int], Any] = {}
        self._group_of = model.geom_group.copy()
        self._context(1, 1)  # a driver that cannot do this must say so here, not at a picture
        self._scene = mujoco.MjvScene(model, maxgeom=1000)
        for flag in (
            mujoco.mjtRndFlag.mjRND_SHADOW,
            mujoco.mjtRndFlag.mjRND_REFLECTION,
            mujoco.mjtRndFlag.mjRND_SKYBOX,
            mujoco.mjtRndFlag.mjRND_HAZE,
        ):
            self._scene.flags[flag] = False
        self._option = mujoco.MjvOption()
        self._option.geomgroup[:] = [group != UNDRAWN for group in range(GROUPS)]
        self._option.sitegroup[:] = 0
        self._camera = mujoco.MjvCamera()
        self._camera.type = mujoco.mjtCamera.mjCAMERA_FIXED
        self.description = f"{backend}: {_driver_name()}"

    def picture(self, data: Any, camera: int, width: int, height: int) -> Pixels:
        """Draw off screen and read it back; small pictures smoothed."""
        if max(width, height) <= SMALL:
            return halved(self._draw(data, camera, 2 * width, 2 * height))
        return np.ascontiguousarray(self._draw(data, camera, width, height))

    def _draw(self, data: Any, camera: int, width: int, height: int) -> Pixels:
        if width > self._largest[0] or height > self._largest[1]:
            raise ConfigError(
                f"a picture of {width}x{height} is too large; ask for at most "
                f"{self._largest[0]}x{self._largest[1]}"
            )
        self._gl.make_current()
        context = self._context(width, height)
        self._compose(data, camera, width / height)
        whole = mujoco.MjrRect(0, 0, width, height)
        mujoco.mjr_render(whole, self._scene, context)
        pixels = np.empty((height, width, 3), dtype=np.uint8)
        mujoco.mjr_readPixels(pixels, None, whole, context)
        return pixels[::-1]

    def _context(self, width: int, height: int) -> Any:
        """A buffer of just this size: to wipe a part of a larger one takes longer."""
        size = (width, height)
        context = self._contexts.pop(size, None)
        if context is None:
            if len(self._contexts) == SIZES:
                self._contexts.pop(next(iter(self._contexts))).free()
            buffer = self._model.vis.global_
            buffer.offwidth, buffer.offheight = size
            font = mujoco.mjtFontScale.mjFONTSCALE_100.value
            context = mujoco.MjrContext(self._model, font)
            buffer.offwidth, buffer.offheight = self._largest
        self._contexts[size] = context
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN.value, context)
        return context

    def _compose(self, data: Any, camera: int, aspect: float) -> None:
        """Put what the camera may see into the scene, and nothing else."""
        drawn = in_view(self._model, data, camera, aspect) & self._shown(camera)[self._group_of]
        self._model.geom_group[:] = np.where(drawn, USUAL_GROUPS[0], UNDRAWN)
        self._camera.fixedcamid = camera
        mujoco.mjv_updateScene(
            self._model,
            data,
            self._option,
            None,
            self._camera,
            mujoco.mjtCatBit.mjCAT_ALL.value,
            self._scene,
        )
        self._model.geom_group[:] = self._group_of

    def close(self) -> None:
        """Free the contexts, in the order that the drivers want."""
        if self._gl is not None:
            self._gl.make_current()
            for context in self._contexts.values():
                context.free()
            self._contexts.clear()
            self._gl.free()
            self._gl = None


def _context_class(backend: str) -> Any:
    if backend == "osmesa":
        from mujoco.osmesa import GLContext as OsmesaContext

        return OsmesaContext
    from mujoco.egl import GLContext as EglContext

    return EglContext


def _driver_name() -> str:
    from OpenGL import GL

    name = GL.glGetString(GL.GL_RENDERER)
    return name.decode() if isinstance(name, bytes) else "unknown driver"


class RayCaster(PictureMaker):
    """One ray per pixel, diffuse light, no anti-aliasing: slow for large pictures, needs no system.

    Pictures with more than `RAYS` pixels are cast coarser and enlarged.
    """

    RAYS = 160 * 120

    def __init__(self, model: Any, groups: Mapping[int, Collection[int]] = _NO_GROUPS) -> None:
        super().__init__(model, groups)
        self._grids: dict[tuple[float, int, int], NDArray[np.float64]] = {}
        self.description = "raycast: CPU, no graphics system used"

    def _grid(self, fovy: float, width: int, height: int) -> NDArray[np.float64]:
        """Ray directions in the camera's frame, shape [height * width, 3]."""
        key = (fovy, width, height)
        if key not in self._grids:
            half = np.tan(np.radians(fovy) / 2)
            y = half * (1 - (2 * np.arange(height) + 1) / height)
            x = half * ((2 * np.arange(width) + 1) / width - 1) * width / height
            rays = np.stack([*np.meshgrid(x, y), np.full((height, width), -1.0)], axis=-1)
            rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
            self._grids[key] = rays.reshape(-1, 3)
        return self._grids[key]

    def picture(self, data: Any, camera: int, width: int, height: int) -> Pixels:
        """Cast, shade, and enlarge if the picture was too large to cast in full."""
        coarse = max(1, int(np.ceil(np.sqrt(width * height / self.RAYS))))
        across, down = -(-width // coarse), -(-height // coarse)
        pixels = self._cast(data, camera, across, down)
        if coarse > 1:
            pixels = pixels.repeat(coarse, axis=0).repeat(coarse, axis=1)
        return np.ascontiguousarray(pixels[:height, :width])

    def _cast(self, data: Any, camera: int, width: int, height: int) -> Pixels:
        turn = data.cam_xmat[camera].reshape(3, 3)
        fovy = float(self._model.cam_fovy[camera])
        rays = np.ascontiguousarray(self._grid(fovy, width, height) @ turn.T)
        count = len(rays)
        geom, distance = np.empty(count, dtype=np.int32), np.empty(count)
        normal = np.empty((count, 3))
        mujoco.mj_multiRay(
            self._model,
            data,
            data.cam_xpos[camera],
            rays.ravel(),
            self._shown(camera).astype(np.uint8),
            1,
            -1,
            geom,
            distance,
            normal.ravel(),
            count,
            mujoco.mjMAXVAL,
        )
        colour = self._model.geom_rgba[geom, :3] * self._light(data, rays, normal)[:, None]
        colour[geom < 0] = 0.0
        shaded: Pixels = np.clip(colour * 255.0, 0, 255).astype(np.uint8)
        return shaded.reshape(height, width, 3)

    def _light(
        self, data: Any, rays: NDArray[np.float64], normal: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        head = self._model.vis.headlight
        light = head.ambient[0] + head.diffuse[0] * np.abs((rays * normal).sum(axis=1))
        for lamp in range(self._model.nlight):
            facing = np.clip(-(normal @ data.light_xdir[lamp]), 0.0, None)
            light += self._model.light_diffuse[lamp, 0] * facing
        return np.asarray(light)

    def close(self) -> None:
        """Nothing to release."""


def _candidates() -> list[str]:
    """Graphics backends whose libraries are installed here, best first."""
    egl = ["egl"] if find_library("EGL") else []
    osmesa = ["osmesa"] if find_library("OSMesa") else []
    return egl + osmesa if Path("/dev/nvidiactl").exists() else osmesa + egl


def picture_maker(model: Any, groups: Mapping[int, Collection[int]] = _NO_GROUPS) -> PictureMaker:
    """The best way to make pictures here; `description` says which in one line.

    `groups`: what single cameras draw instead of the usual groups of shapes.

    Raises ConfigError when `RLT_RENDER` names an unknown backend or one that does not work.
    """
    wanted = os.environ.get(VARIABLE, "")
    if wanted and wanted not in BACKENDS:
        raise ConfigError(f"{VARIABLE}={wanted!r} is unknown; use one of: {', '.join(BACKENDS)}")
    if wanted == "raycast":
        return RayCaster(model, groups)
    refused = []
    # PyOpenGL binds itself to the first system it is imported for: there is no second try.
    for backend in [wanted] if wanted else _candidates()[:1]:
        try:
            return GraphicsMaker(model, backend, groups)
        except Exception as error:  # noqa: BLE001 - drivers fail with errors of many libraries
            refused.append(f"{backend} does not work ({type(error).__name__}: {error})")
    if wanted:
        raise ConfigError(f"{refused[0]}; unset {VARIABLE} or set it to raycast")
    caster = RayCaster(model, groups)
    caster.description += f"; {refused[0]}" if refused else "; no EGL or OSMesa library found"
    return caster
