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
from ctypes.util import find_library
from pathlib import Path
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from robot_bridge.errors import ConfigError

Pixels = NDArray[np.uint8]
VARIABLE = "RLT_RENDER"
BACKENDS = ("osmesa", "egl", "raycast")
HIDDEN_GROUPS = (3, 4, 5)
SMALL = 256
"""Pictures up to this edge are drawn twice as large and averaged down: their edges then tell of
fractions of a pixel, which a policy needs for fits finer than a pixel."""


def halved(drawn: Pixels) -> Pixels:
    """The mean of every four pixels, rounded to the nearest, halves to even.

    In whole numbers: `mean` and `round` take longer than drawing does.
    """
    wide = drawn.astype(np.uint16)
    rows = wide[0::2] + wide[1::2]
    total = rows[:, 0::2] + rows[:, 1::2]
    mean, rest = total >> 2, total & 3
    mean += (rest + (mean & 1)) > 2
    return mean.astype(np.uint8)


class PictureMaker(ABC):
    """Renders one model, over and over, from its fixed cameras."""

    description: str

    @abstractmethod
    def picture(self, data: Any, camera: int, width: int, height: int) -> Pixels:
        """RGB of what a camera sees; `data` must hold current body, camera and light poses."""

    @abstractmethod
    def close(self) -> None:
        """Release the graphics system. May be called twice."""


class GraphicsMaker(PictureMaker):
    """MuJoCo's own renderer in an off-screen OpenGL context."""

    def __init__(self, model: Any, backend: str) -> None:
        # The renderer's own worker threads would compete with the learner for cores.
        os.environ.setdefault("LP_NUM_THREADS", "0")
        self._gl = _context_class(backend)(64, 64)
        self._gl.make_current()
        self._context = mujoco.MjrContext(model, mujoco.mjtFontScale.mjFONTSCALE_100.value)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN.value, self._context)
        self._model = model
        self._scene = mujoco.MjvScene(model, maxgeom=1000)
        for flag in (
            mujoco.mjtRndFlag.mjRND_SHADOW,
            mujoco.mjtRndFlag.mjRND_REFLECTION,
            mujoco.mjtRndFlag.mjRND_SKYBOX,
            mujoco.mjtRndFlag.mjRND_HAZE,
        ):
            self._scene.flags[flag] = False
        self._option = mujoco.MjvOption()
        for group in HIDDEN_GROUPS:
            self._option.geomgroup[group] = 0
            self._option.sitegroup[group] = 0
        self._camera = mujoco.MjvCamera()
        self._camera.type = mujoco.mjtCamera.mjCAMERA_FIXED
        self.description = f"{backend}: {_driver_name()}"

    def picture(self, data: Any, camera: int, width: int, height: int) -> Pixels:
        """Draw into a corner of the off-screen buffer and read it back; small pictures smoothed."""
        if max(width, height) <= SMALL:
            return halved(self._draw(data, camera, 2 * width, 2 * height))
        return self._draw(data, camera, width, height)

    def _draw(self, data: Any, camera: int, width: int, height: int) -> Pixels:
        limit = self._model.vis.global_
        if width > limit.offwidth or height > limit.offheight:
            raise ConfigError(
                f"a picture of {width}x{height} is too large; ask for at most "
                f"{limit.offwidth}x{limit.offheight}"
            )
        self._gl.make_current()
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
        corner = mujoco.MjrRect(0, 0, width, height)
        mujoco.mjr_render(corner, self._scene, self._context)
        pixels = np.empty((height, width, 3), dtype=np.uint8)
        mujoco.mjr_readPixels(pixels, None, corner, self._context)
        return np.ascontiguousarray(pixels[::-1])

    def close(self) -> None:
        """Free the contexts, in the order that the drivers want."""
        if self._context is not None:
            self._gl.make_current()
            self._context.free()
            self._gl.free()
            self._context = None


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

    def __init__(self, model: Any) -> None:
        self._model = model
        self._groups = np.array([group not in HIDDEN_GROUPS for group in range(6)], dtype=np.uint8)
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
            self._groups,
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


def picture_maker(model: Any) -> PictureMaker:
    """The best way to make pictures here; `description` says which in one line.

    Raises ConfigError when `RLT_RENDER` names an unknown backend or one that does not work.
    """
    wanted = os.environ.get(VARIABLE, "")
    if wanted and wanted not in BACKENDS:
        raise ConfigError(f"{VARIABLE}={wanted!r} is unknown; use one of: {', '.join(BACKENDS)}")
    if wanted == "raycast":
        return RayCaster(model)
    refused = []
    # PyOpenGL binds itself to the first system it is imported for: there is no second try.
    for backend in [wanted] if wanted else _candidates()[:1]:
        try:
            return GraphicsMaker(model, backend)
        except Exception as error:  # noqa: BLE001 - drivers fail with errors of many libraries
            refused.append(f"{backend} does not work ({type(error).__name__}: {error})")
    if wanted:
        raise ConfigError(f"{refused[0]}; unset {VARIABLE} or set it to raycast")
    caster = RayCaster(model)
    caster.description += f"; {refused[0]}" if refused else "; no EGL or OSMesa library found"
    return caster
