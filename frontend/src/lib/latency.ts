/** Stages of a chunk's way, as the rollout measured them, and what is left for the network. */

export const STAGES = ["decode", "vla", "token", "proposal", "actor", "way"] as const;

export interface LatencyPoint {
  /** Epoch seconds. */
  at: number;
  /** From the robot asking to the chunk's arrival. */
  ms: number;
  /** Milliseconds by stage; empty where the robot does not tell. */
  stages: Readonly<Record<string, number>>;
}

/** What no stage of the models accounts for: encoding, both ways of the network, waiting. */
function wayOf({ ms, stages }: LatencyPoint): number {
  return Math.max(0, ms - Object.values(stages).reduce((sum, value) => sum + value, 0));
}

/** One column a stage, each on top of the one before; the last is the whole. */
export function stacked(points: readonly LatencyPoint[]): number[][] {
  const columns: number[][] = STAGES.map(() => []);
  for (const point of points) {
    let height = 0;
    for (const [index, stage] of STAGES.entries()) {
      height += stage === "way" ? wayOf(point) : (point.stages[stage] ?? 0);
      columns[index]?.push(height);
    }
  }
  return columns;
}
