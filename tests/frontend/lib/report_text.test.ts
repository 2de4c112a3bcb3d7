import type { Report } from "@/api/types";
import { answer, certainty, period } from "@/lib/report_text";

const REPORT = {
  from: "2026-01-01T00:00:00Z",
  to: "2026-01-01T08:00:00Z",
  references: { base: { per_10min: 147, median_steps: 228 } },
  summary: {
    successes: 47,
    failures: 3,
    unlabelled: 2,
    success_rate: 0.94,
    wilson: [0.84, 0.98],
    per_10min_active: 312,
    per_10min_wall: 71,
  },
} as unknown as Report;

it("begins with the answer", () => {
  expect(answer(REPORT, "Ethernet")).toBe(
    "Ethernet, in 8 h: 312 successes per 10 active minutes (base 147, ×2.1), 71.0 in wall-clock time.",
  );
});

it("says nothing of a base policy that was never measured", () => {
  const report = { ...REPORT, references: {} };
  expect(answer(report, "Ethernet")).not.toContain("base");
});

it("asks for labels when there is nothing to count", () => {
  const summary = { ...REPORT.summary, successes: 0, failures: 0 };
  expect(answer({ ...REPORT, summary }, "Ethernet")).toContain("no labelled episode");
});

it("never counts unlabelled episodes as failures", () => {
  expect(certainty(REPORT)).toContain("47 of 50");
  expect(certainty(REPORT)).toContain("2 more wait for a label and are not counted");
});

it("says a few minutes over the hours as hours", () => {
  expect(period(86_400 + 60)).toBe(86_400);
  expect(period(3600 + 900)).toBe(4500);
  expect(period(300)).toBe(300);
});
