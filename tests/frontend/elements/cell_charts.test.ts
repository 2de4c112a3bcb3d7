import { CellCharts, recentThroughput } from "@/elements/cell_charts";
import { robot, telemetry } from "../lib/robot_fixture";

beforeEach(() => vi.stubGlobal("fetch", async () => Response.json({ series: {} })));
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

it("redraws with the beat and with another run, not with every telemetry", async () => {
  const charts = new CellCharts();
  const drawn = vi.spyOn(charts as unknown as { render: () => unknown }, "render");
  charts.robot = robot();
  document.body.append(charts);
  await charts.updateComplete;
  const times = drawn.mock.calls.length;
  charts.robot = robot({ telemetry: telemetry({ step: 41 }) });
  await charts.updateComplete;
  expect(drawn).toHaveBeenCalledTimes(times);
  charts.beat += 1;
  await charts.updateComplete;
  expect(drawn).toHaveBeenCalledTimes(times + 1);
  charts.robot = robot({ run_id: "run-2" });
  await charts.updateComplete;
  expect(drawn).toHaveBeenCalledTimes(times + 2);
});

it("takes the newest bins together", () => {
  const bin = (successes: number, active_seconds: number) => ({ successes, active_seconds });
  const bins = [bin(90, 600), bin(2, 100), bin(1, 0), bin(3, 200)];
  expect(recentThroughput(bins as unknown as Parameters<typeof recentThroughput>[0])).toBe(12);
  expect(recentThroughput([])).toBeNull();
});
