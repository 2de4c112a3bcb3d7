/** A finished evaluation, and the figures of one policy in it. */

import type { Evaluation } from "@/api/types";
import type { Figures } from "@/lib/evaluations";

export const FIGURES: Figures = {
  episodes: 50,
  success_rate: 0.94,
  success_interval: [0.838, 0.979],
  median_steps: 66,
  steps_quartiles: [60, 71],
  active_throughput_per_10min: 402,
  active_throughput_interval: [380, 421],
  audit: { successes: 47, witnessed: 47, findings: [], objections: [] },
};

export function evaluation(changes: Partial<Evaluation> = {}): Evaluation {
  return {
    id: "evaluation-1",
    run_id: "run-1",
    version: 12,
    regime: "critical",
    starts: 50,
    seed: 0,
    with_base: true,
    with_expert: false,
    state: "finished",
    progress: 1,
    standing: { done: 120, of: 120, seconds_left: 0, policies: {} },
    command: "rlt evaluate ethernet --policy run:7@12,base",
    report: {
      policies: {
        "run:7@12": FIGURES,
        "base x1 every 10": { ...FIGURES, success_rate: 0.6 },
        expert: { ...FIGURES, episodes: 20 },
      },
    },
    problem: "",
    created_by: "ada",
    created_at: "2026-01-01T00:00:10Z",
    started_at: "2026-01-01T00:00:11Z",
    ended_at: "2026-01-01T00:02:11Z",
    ...changes,
  };
}
