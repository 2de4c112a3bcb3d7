import { ago, duration, num, percent, plain, short } from "@/lib/format";

it("shows a dash for what is not known", () => {
  expect([num(null), percent(undefined), short(Number.NaN), duration(null)]).toEqual([
    "–",
    "–",
    "–",
    "–",
  ]);
});

it.each([
  [0, "0"],
  [0.0042, "0.0042"],
  [0.94, "0.94"],
  [12.34, "12.3"],
  [312.4, "312"],
  [1_234_567, "1,235 k"],
])("shortens %d to %s", (value, text) => expect(short(value)).toBe(text));

it.each([
  [12.44, "12.4 s"],
  [185, "3 min 05 s"],
  [7620, "2 h 07 min"],
  [28_800, "8 h"],
])("says %d seconds as %s", (seconds, text) => expect(duration(seconds)).toBe(text));

it("keeps a percentage and its sign on one line", () => expect(percent(0.944)).toBe("94\u00a0%"));
it("gives ticks only the decimals they have", () => expect(plain(25)).toBe("25"));

it("says how long ago in the largest unit that fits", () => {
  const now = Date.parse("2026-01-01T12:00:00Z");
  expect(ago("2026-01-01T11:58:00Z", now)).toBe("2 min ago");
});
