from ctypes.util import find_library
from typing import Any

import mujoco
import numpy as np
import pytest

from robot_bridge.errors import ConfigError
from robot_bridge.sim import render
from robot_bridge.sim.world import compile_model

needs_osmesa = pytest.mark.skipif(not find_library("OSMesa"), reason="libOSMesa is not installed")


@pytest.fixture(scope="module")
def scene() -> tuple[object, object]:
    model = compile_model("ethernet")
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    return model, data


def test_the_ray_caster_shows_the_dark_opening_in_the_light_housing(
    scene: tuple[object, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(render.VARIABLE, "raycast")
    maker = render.picture_maker(scene[0])
    assert maker.description.startswith("raycast")
    picture = maker.picture(scene[1], scene[0].camera("base").id, 48, 48)  # type: ignore[attr-defined]
    assert picture.shape == (48, 48, 3)
    centre = picture[16:32, 16:32].sum(axis=2)
    assert centre.min() < 120
    assert centre.max() > 350


def test_large_pictures_are_cast_coarser(scene: tuple[object, object]) -> None:
    picture = render.RayCaster(scene[0]).picture(scene[1], 0, 641, 480)
    assert picture.shape == (480, 641, 3)
    # 641 x 480 rays are 16.03 times what is allowed: blocks of 5 x 5 pixels.
    assert np.array_equal(picture[0, 0], picture[4, 4])


@needs_osmesa
def test_graphics_and_rays_show_the_same_cell(
    scene: tuple[object, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(render.VARIABLE, "osmesa")
    graphics, rays = render.picture_maker(scene[0]), render.RayCaster(scene[0])
    try:
        assert graphics.description.startswith("osmesa: ")
        for camera in (0, 1):
            drawn = graphics.picture(scene[1], camera, 96, 96).astype(float)
            cast = rays.picture(scene[1], camera, 96, 96).astype(float)
            assert np.abs(drawn - cast).mean() < 12.0
            assert drawn.std() > 20.0
        with pytest.raises(ConfigError, match="at most 1280x960"):
            graphics.picture(scene[1], 0, 1920, 1080)
    finally:
        graphics.close()
        graphics.close()


def test_an_unknown_renderer_is_refused(
    scene: tuple[object, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(render.VARIABLE, "vulkan")
    with pytest.raises(ConfigError, match="use one of: osmesa, egl, raycast"):
        render.picture_maker(scene[0])


def test_without_graphics_libraries_the_rays_take_over(
    scene: tuple[object, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(render.VARIABLE, raising=False)
    monkeypatch.setattr(render, "find_library", lambda name: None)
    assert "no EGL or OSMesa library found" in render.picture_maker(scene[0]).description


def test_graphics_that_fail_are_named(
    scene: tuple[object, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(backend: str) -> None:
        raise RuntimeError("no screen")

    monkeypatch.setattr(render, "_context_class", broken)
    monkeypatch.setattr(render, "find_library", lambda name: name)
    monkeypatch.delenv(render.VARIABLE, raising=False)
    assert "no screen" in render.picture_maker(scene[0]).description
    monkeypatch.setenv(render.VARIABLE, "egl")
    with pytest.raises(ConfigError, match="egl does not work"):
        render.picture_maker(scene[0])


@needs_osmesa
def test_what_is_out_of_sight_is_not_missed(
    scene: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(render.VARIABLE, "osmesa")
    model, data = scene
    maker = render.picture_maker(model)
    sizes = ((96, 96), (320, 240), (640, 480), (200, 300), (97, 31))
    try:
        for camera in range(model.ncam):
            for width, height in sizes:
                assert not render.in_view(model, data, camera, width / height).all()
                lean = maker.picture(data, camera, width, height)
                with monkeypatch.context() as patch:
                    patch.setattr(render, "in_view", lambda *_: np.ones(model.ngeom, bool))
                    assert np.array_equal(lean, maker.picture(data, camera, width, height))
    finally:
        maker.close()


@pytest.mark.parametrize("backend", ["raycast", pytest.param("osmesa", marks=needs_osmesa)])
def test_a_camera_draws_its_own_groups(
    scene: tuple[Any, Any], backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(render.VARIABLE, backend)
    model, data = scene
    maker = render.picture_maker(model, {0: {5}})
    try:
        assert not maker.picture(data, 0, 64, 48).any()
        assert maker.picture(data, 1, 64, 48).any()
    finally:
        maker.close()


def test_halving_is_the_rounded_mean_of_four_pixels() -> None:
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, 256, (12, 20, 3), dtype=np.uint8)
    mean = drawn.reshape(6, 2, 10, 2, 3).mean(axis=(1, 3))
    assert np.array_equal(render.halved(drawn), np.round(mean).astype(np.uint8))
