import { ARROW, drawnAxes, quaternion, rotate, type Tool, toolOf } from "@/lib/axes";
import { robot, telemetry } from "./robot_fixture";

type Lens = Parameters<typeof drawnAxes>[0];

const UPRIGHT: Tool = { position: [0.4, 0, 0.1], turn: [0, 0, 0] };
/** A metre above the tool, looking straight down, base x to the right, base y up in the picture. */
const ABOVE: Lens = {
  on_tool: false,
  position: [0.4, 0, 1.1],
  turn: [1, 0, 0, 0],
  fovy: Math.PI / 3,
};

const round = (values: readonly number[]) =>
  values.map((value) => Math.round(value * 1e6) / 1e6 + 0);
const along = (lens: Lens, tool = UPRIGHT) =>
  Object.fromEntries(
    drawnAxes(lens, tool, 4 / 3).arrows.map(({ axis, along }) => [axis, round(along)]),
  );

it("turns as quaternions do", () => {
  const quarter = quaternion([0, 0, Math.PI / 2]);
  expect(round(rotate(quarter, [1, 0, 0]))).toEqual([0, 1, 0]);
  expect(quaternion([0, 0, 0])).toEqual([1, 0, 0, 0]);
});

it("looks down: x to the right, y up, z straight at the viewer", () => {
  const axes = drawnAxes(ABOVE, UPRIGHT, 4 / 3);
  expect(axes.seen).toBe(true);
  expect(round(axes.origin)).toEqual([0, 0]);
  expect(along(ABOVE)).toEqual({ x: [ARROW, 0], y: [0, -ARROW], z: [0, 0] });
  expect(round(axes.arrows.map(({ away }) => away))).toEqual([0, 0, -1]);
});

it("puts the tool where the picture has it", () => {
  const aside: Tool = { position: [0.4 + Math.tan(Math.PI / 6), 0, 0.1], turn: [0, 0, 0] };
  expect(round(drawnAxes(ABOVE, aside, 4 / 3).origin)).toEqual([0.5, 0]);
  const gone: Tool = { position: [2, 0, 0.1], turn: [0, 0, 0] };
  expect(drawnAxes(ABOVE, gone, 4 / 3).seen).toBe(false);
  const behind: Tool = { position: [0.4, 0, 2], turn: [0, 0, 0] };
  expect(drawnAxes(ABOVE, behind, 4 / 3).seen).toBe(false);
});

it("turns against the hand for a camera that rides on it", () => {
  const wrist: Lens = { ...ABOVE, on_tool: true, position: [0, 0, 0.1] };
  const turned: Tool = { position: [0.3, 0.2, 0.1], turn: [0, 0, Math.PI / 2] };
  expect(along(wrist)).toEqual(along(ABOVE));
  expect(along(wrist, turned)).toEqual({ x: [0, ARROW], y: [ARROW, 0], z: [0, 0] });
  expect(round(drawnAxes(wrist, turned, 4 / 3).origin)).toEqual([0, 0]);
});

it("reads the tool from the robot's own names, or says that it cannot", () => {
  const names = ["force_x", "tcp_x", "tcp_y", "tcp_z", "tcp_rx", "tcp_ry", "tcp_rz"];
  const spec = { state_names: names } as never;
  const told = robot({ spec, telemetry: telemetry({ state: [9, 1, 2, 3, 4, 5, 6] }) });
  expect(toolOf(told)).toEqual({ position: [1, 2, 3], turn: [4, 5, 6] });
  expect(toolOf(robot({ spec: { state_names: ["q_1"] } as never }))).toBeNull();
});
