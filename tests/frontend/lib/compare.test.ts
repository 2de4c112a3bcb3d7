import type { Bin, MetricPoint, Run } from "@/api/types";
import {
  binFor,
  differing,
  overlaid,
  overRobotTime,
  overUpdates,
  practised,
  settingOf,
} from "@/lib/compare";

const bin = (episodes: number, active: number, rate: number | null) =>
  ({ episodes, active_seconds: active, success_rate: rate }) as Bin;
const run = (config: Run["config"], tuning: object = {}) => ({ config, tuning }) as unknown as Run;

it("counts robot minutes, so that nights without attempts take no room", () => {
  const bins = [bin(3, 120, 0.5), bin(0, 0, null), bin(4, 180, 0.75)];
  expect(overRobotTime(bins, "success_rate")).toEqual({ x: [2, 5], y: [0.5, 0.75] });
});

it("ends a run's chart with its last attempt", () => {
  const bins = [bin(0, 0, null), bin(2, 60, 1), bin(0, 0, null)];
  expect(practised(bins)).toEqual(bins.slice(0, 2));
  expect(practised([bin(0, 0, null)])).toEqual([]);
});

it("draws a curve over updates, the last point of an update only", () => {
  const points: MetricPoint[] = [
    [1, 100, 50, 0.1],
    [2, 110, 50, 0.2],
    [3, 120, 75, 0.3],
  ];
  expect(overUpdates(points)).toEqual({ x: [50, 75], y: [0.2, 0.3] });
});

it("lays lines of different points on one axis", () => {
  const lines = [
    { x: [1, 3], y: [10, 30] },
    { x: [2, 3], y: [5, 6] },
  ];
  expect(overlaid(lines)).toEqual({
    x: [1, 2, 3],
    values: [
      [10, null, 30],
      [null, 5, 6],
    ],
  });
});

it("names the settings that differ, also by what people made of them since", () => {
  const one = run({ beta: 0.01, seed_size: 3 }, { beta: null });
  const two = run({ beta: 0.01, seed_size: 3 }, { beta: 0.02 });
  const three = run({ beta: 0.01, seed_size: 4 });
  expect(differing([one, two])).toEqual(["beta"]);
  expect(differing([one, three])).toEqual(["seed_size"]);
  expect(settingOf(two, "beta")).toEqual({ configured: "0.01", tuned: "0.02" });
});

it("takes longer bins where a report would have too many", () => {
  expect(binFor(3600)).toBe(600);
  expect(binFor(30 * 86_400)).toBe(3600);
});
