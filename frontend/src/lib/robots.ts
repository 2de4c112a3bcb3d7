/** What the page knows of the cells: fetched once, then kept fresh by the live socket. */

import { get } from "../api/client";
import type { Robot } from "../api/types";
import { word } from "./i18n";
import { live } from "./live";

type Listener = (robots: ReadonlyMap<string, Robot>) => void;

const known = new Map<string, Robot>();
const listeners = new Set<Listener>();
let loading: Promise<void> | null = null;

function announce(): void {
  for (const listener of listeners) listener(known);
}

async function load(): Promise<void> {
  for (const robot of await get<Robot[]>("/robots")) known.set(robot.id, robot);
  announce();
}

function begin(): Promise<void> {
  if (loading) return loading;
  live.subscribe(["*"]);
  live.on("robot", ({ robot }) => {
    known.set(robot.id, robot);
    announce();
  });
  // After a lost connection the truth is asked for again; the socket only tells of changes.
  live.on("connection", ({ connected }) => {
    if (connected) void load().catch(() => undefined);
  });
  loading = load();
  return loading;
}

/** Be told of every change; the answer stops it. */
export function watchRobots(listener: Listener): () => void {
  listeners.add(listener);
  if (known.size > 0) listener(known);
  void begin().catch(() => undefined);
  return () => listeners.delete(listener);
}

/** All cells, once they are known. */
export async function allRobots(): Promise<Robot[]> {
  await begin();
  return [...known.values()];
}

/** What is known now, without asking anybody. */
export function knownRobots(): Robot[] {
  return [...known.values()];
}

/** The name that people use for a cell. */
export function robotTitle(robot: Pick<Robot, "name" | "title">): string {
  return robot.title || robot.name;
}

/** What people call a camera: in their language where it is one of the usual ones. */
export function cameraTitle(camera: string, title = camera): string {
  const usual = word("camera_name", camera);
  return usual === camera ? title || camera : usual;
}
