/** Curves of one run: fetched once thinned, then extended by the live socket, bounded in size. */

import { get, query } from "../api/client";
import type { MetricPoint } from "../api/types";

const CAPACITY = 1500;

export class MetricStore {
  private series = new Map<string, MetricPoint[]>();

  /** Add points of any series; repeats and late arrivals by id are dropped. */
  add(points: Record<string, MetricPoint[]>): void {
    for (const [name, fresh] of Object.entries(points)) {
      const known = this.series.get(name) ?? [];
      const newest = known.at(-1)?.[0] ?? -1;
      known.push(...fresh.filter((point) => point[0] > newest));
      if (known.length > CAPACITY) known.splice(0, known.length - CAPACITY);
      this.series.set(name, known);
    }
  }

  async load(run: string, names: readonly string[], points = 500): Promise<void> {
    const path = `/runs/${run}/metrics${query({ names: names.join(","), max_points: points })}`;
    const answer = await get<{ series: Record<string, MetricPoint[]> }>(path);
    this.add(answer.series);
  }

  last(name: string): number | null {
    return this.series.get(name)?.at(-1)?.[3] ?? null;
  }

  /** Several series on one axis of epoch seconds; gaps where one has no point. */
  aligned(names: readonly string[]): { x: number[]; values: (number | null)[][] } {
    const columns = names.map(
      (name) => new Map((this.series.get(name) ?? []).map((point) => [point[1], point[3]])),
    );
    const x = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
    return { x, values: columns.map((column) => x.map((at) => column.get(at) ?? null)) };
  }
}
