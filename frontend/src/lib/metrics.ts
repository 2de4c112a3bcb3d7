/** Curves of one run: fetched once thinned, then extended by the live socket, bounded in size. */

import { get, query } from "../api/client";
import type { MetricPoint } from "../api/types";

const CAPACITY = 1500;

export interface Aligned {
  x: number[];
  values: (number | null)[][];
}

/** Curves that hold between their points: every gap takes the value before, up to `end`. */
export function held({ x, values }: Aligned, end: number): Aligned {
  const more = x.length > 0 && (x.at(-1) ?? end) < end ? [end] : [];
  const filled = values.map((column) => {
    let last: number | null = null;
    return [...column, ...more.map(() => null)].map((value) => {
      last = value ?? last;
      return last;
    });
  });
  return { x: [...x, ...more], values: filled };
}

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

  /** All points of one series, oldest first. */
  points(name: string): readonly MetricPoint[] {
    return this.series.get(name) ?? [];
  }

  last(name: string): number | null {
    return this.series.get(name)?.at(-1)?.[3] ?? null;
  }

  /** First and last moment of all points, epoch seconds; null while there are none. */
  extent(): [number, number] | null {
    const ends = [...this.series.values()].flatMap((points) => [points[0], points.at(-1)]);
    const times = ends.flatMap((point) => (point ? [point[1]] : []));
    return times.length > 0 ? [Math.min(...times), Math.max(...times)] : null;
  }

  /** Several series on one axis of epoch seconds; gaps where one has no point. */
  aligned(names: readonly string[]): Aligned {
    const columns = names.map(
      (name) => new Map((this.series.get(name) ?? []).map((point) => [point[1], point[3]])),
    );
    const x = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
    return { x, values: columns.map((column) => x.map((at) => column.get(at) ?? null)) };
  }
}
