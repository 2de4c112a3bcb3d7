import type { Bin, Report, Row } from "@/api/types";
import { binScope, episodesLink, rowScope, wholeScope } from "@/lib/report_links";

const report = { from: "2026-01-02T12:03:00Z", to: "2026-01-02T20:00:00Z" } as Report;
const filter = { task: "screw", robot: "", hours: "8" };

it("leads from a number to the episodes of the report's own period", () => {
  const scope = wholeScope(report, filter);
  expect(episodesLink(scope, { outcome: "success" })).toBe(
    "/episodes?task=screw&from=2026-01-02T12%3A03%3A00Z&to=2026-01-02T20%3A00%3A00Z&outcome=success",
  );
});

it("cuts the first bin at the beginning of the report", () => {
  const bin = { start: "2026-01-02T12:00:00Z", seconds: 420 } as Bin;
  const scope = binScope(report, filter, bin);
  expect([scope.from, scope.to]).toEqual(["2026-01-02T12:03:00.000Z", "2026-01-02T12:10:00.000Z"]);
});

it("says versions as a range, and nothing of what has no key", () => {
  const row = { key: "120", upto: 129 } as Row;
  expect(rowScope(report, filter, "policy", row)).toMatchObject({
    policy: "120",
    policy_to: "129",
  });
  expect(rowScope(report, filter, "run", { key: "" } as Row)).toBeNull();
  expect(rowScope(report, filter, "labeller", { key: "ada" } as Row)).toMatchObject({
    labeller: "ada",
  });
});
