import { reliabilityDots, SIDE } from "@/lib/reliability";

const row = (probability: number, successes: number, attempts: number) => ({
  low: 0,
  high: 1,
  probability,
  successes,
  attempts,
});

it("a dot lies at its probability and its share of successes, larger with more attempts", () => {
  const [first, second] = reliabilityDots([row(0.25, 1, 4), row(1, 16, 16)]);
  expect(first).toEqual({ x: SIDE / 4, y: SIDE * 0.75, radius: 5 });
  expect(second).toEqual({ x: SIDE, y: 0, radius: 8 });
});

it("no bins, no dots", () => {
  expect(reliabilityDots([])).toEqual([]);
});
