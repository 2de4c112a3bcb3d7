import {
  comparisons,
  conditionWords,
  findingWords,
  playedIn,
  policyName,
  progressWords,
  scaleEnd,
  withEvaluation,
} from "@/lib/evaluations";
import { evaluation, FIGURES } from "./evaluation_fixture";

it("tells actor, base and demonstrator by the names of the report", () => {
  const names = playedIn(evaluation()).map((one) => [one.kind, policyName(one)]);
  expect(names).toEqual([
    ["actor", "v12"],
    ["base", "base"],
    ["expert", "demonstrator"],
  ]);
  expect(playedIn(evaluation({ report: null }))).toEqual([]);
});

it("puts several checkpoints on equal starts into one table, the newest version first", () => {
  const other = evaluation({
    id: "evaluation-2",
    version: 30,
    created_at: "2026-01-01T01:00:00Z",
    report: {
      policies: { "run:7@30": FIGURES, "base x1 every 10": FIGURES, expert: FIGURES },
    },
  });
  const [table, ...more] = comparisons([evaluation(), other]);
  expect(more).toEqual([]);
  expect(table?.rows.map(policyName)).toEqual(["v30", "v12", "base", "demonstrator"]);
  // The demonstrator who played all starts goes before the one who came for the audit only.
  expect(table?.rows.at(-1)?.figures.episodes).toBe(50);
  expect(table?.rows[2]?.evaluation.id).toBe("evaluation-2");
});

it("keeps unequal starts apart, those of the newest evaluation first", () => {
  const later = { created_at: "2026-01-02T00:00:00Z" };
  const tables = comparisons([
    evaluation(),
    evaluation({ id: "2", seed: 1, ...later }),
    evaluation({ id: "3", regime: "full" }),
    evaluation({ id: "4", starts: 100, state: "running", report: null }),
  ]);
  expect(tables.map((table) => table.key)).toEqual(["critical 50 1", "critical 50 0", "full 50 0"]);
  expect(tables[0] && conditionWords(tables[0])).toBe("critical phase · 50 starts · set 1");
});

it("says how far one is and how everybody does", () => {
  const standing = {
    done: 34,
    of: 120,
    seconds_left: 80.4,
    policies: { "run:7@12": [20, 21], "base x1 every 10": [10, 13] } as Record<
      string,
      [number, number]
    >,
  };
  expect(progressWords(evaluation({ standing }))).toBe(
    "34 of 120 attempts, 1 min 20 s left: actor 20/21, base 10/13",
  );
  const nothing = { done: 0, of: 0, seconds_left: 0, policies: {} };
  expect(progressWords(evaluation({ standing: nothing }))).toBe("The simulated cell starts…");
});

it.each([
  [{ kind: "witness", count: 3, of: 47, seed: 1000004 }, "3 of 47 successes"],
  [{ kind: "force", newtons: 41.2, expert: 8.1 }, "41.2 N"],
  [{ kind: "ends", count: 2, seed: 1000009 }, "no demonstration ends"],
  [{ kind: "something new" }, "something new"],
])("says %o in words", (finding, words) => {
  expect(findingWords(finding)).toContain(words);
});

it("finds the end of a scale", () => {
  expect(scaleEnd([3, null, 71, undefined])).toBe(71);
  expect(scaleEnd([null])).toBe(1);
});

it("takes news in place of what it knew", () => {
  const known = [evaluation({ state: "running" }), evaluation({ id: "older", created_at: "2025" })];
  const merged = withEvaluation(known, evaluation());
  expect(merged.map((one) => [one.id, one.state])).toEqual([
    ["evaluation-1", "finished"],
    ["older", "finished"],
  ]);
});
