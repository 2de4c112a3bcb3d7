import { median, rollingShare, rollingSuccess, wilson } from "@/lib/stats";

describe("wilson", () => {
  it("matches the textbook figures for 47 of 50", () => {
    const [low, high] = wilson(47, 50) ?? [0, 0];
    expect(low).toBeCloseTo(0.8378, 3);
    expect(high).toBeCloseTo(0.9794, 3);
  });

  it("stays inside 0 and 1 at the ends", () => {
    const [low, high] = wilson(3, 3) ?? [0, 0];
    expect(low).toBeCloseTo(0.4385, 3);
    expect(high).toBeCloseTo(1, 9);
    expect(wilson(0, 3)?.[0]).toBeCloseTo(0, 9);
  });

  it("has nothing to say of no attempts", () => expect(wilson(0, 0)).toBeNull());
});

describe("median", () => {
  it("takes the middle of unsorted values", () => expect(median([9, 1, 5])).toBe(5));
  it("takes the mean of two middles", () => expect(median([4, 1, 3, 2])).toBe(2.5));
  it("is null of nothing", () => expect(median([])).toBeNull());
});

it("rolls over the trailing window only", () => {
  const rolled = rollingSuccess([false, true, true], 2);
  expect(rolled.map((point) => point.share)).toEqual([0, 0.5, 1]);
});

it("shares the steps of people over the trailing attempts", () => {
  const counts = [
    { part: 0, whole: 100 },
    { part: 50, whole: 100 },
    { part: 0, whole: 0 },
  ];
  expect(rollingShare(counts, 2)).toEqual([0, 0.25, 0.5]);
});
