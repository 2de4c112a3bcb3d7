import { held, MetricStore } from "@/lib/metrics";

it("drops repeats and late arrivals", () => {
  const store = new MetricStore();
  store.add({ utd: [[1, 100, 5, 4.5]] });
  store.add({
    utd: [
      [1, 100, 5, 4.5],
      [2, 101, 9, 4.8],
    ],
  });
  expect(store.aligned(["utd"])).toEqual({ x: [100, 101], values: [[4.5, 4.8]] });
  expect(store.last("utd")).toBe(4.8);
});

it("leaves gaps where one curve has no point", () => {
  const store = new MetricStore();
  store.add({ a: [[1, 10, 0, 1]], b: [[2, 20, 0, 2]] });
  expect(store.aligned(["a", "b"])).toEqual({
    x: [10, 20],
    values: [
      [1, null],
      [null, 2],
    ],
  });
});

it("does not grow with the hours", () => {
  const store = new MetricStore();
  for (let id = 0; id < 4000; id += 1) store.add({ q: [[id, id, 0, id]] });
  expect(store.aligned(["q"]).x.length).toBeLessThanOrEqual(1500);
});

it("draws a setting on until it changes", () => {
  const store = new MetricStore();
  store.add({
    beta: [
      [1, 10, 0, 0.008],
      [3, 30, 9, 0.01],
    ],
    sigma: [[2, 20, 4, 0.3]],
  });
  expect(store.extent()).toEqual([10, 30]);
  expect(held(store.aligned(["beta", "sigma"]), 40)).toEqual({
    x: [10, 20, 30, 40],
    values: [
      [0.008, 0.008, 0.01, 0.01],
      [null, 0.3, 0.3, 0.3],
    ],
  });
});
