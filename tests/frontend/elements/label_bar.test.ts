import type { Label, Task } from "@/api/types";
import { LabelBar } from "@/elements/label_bar";
import { pageData } from "@/lib/page";

const LABEL: Label = {
  id: "label-1",
  episode_id: "episode-1",
  version: 1,
  supersedes: null,
  outcome: "success",
  undone: false,
  reason: "",
  note: "",
  step: -1,
  labeller: { id: "u", name: "judge", display_name: "Judge" },
  automatic: false,
  created_at: "2026-01-01T00:00:00Z",
  decided_at: null,
};

const TASK = {
  failure_reasons: { en: ["Jammed", "Too slow"], zh: ["卡住", "太慢"] },
} as unknown as Task;

let bodies: { path: string; body: Record<string, unknown> }[];
let bar: LabelBar;

beforeEach(async () => {
  bodies = [];
  pageData.user = {
    id: "u",
    name: "u",
    display_name: "U",
    role: "labeller",
    permissions: ["label"],
  };
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const body = JSON.parse(String(init.body));
    bodies.push({ path, body });
    return Response.json({ label: { ...LABEL, ...body, episode_id: "episode-1" }, version: 1 });
  });
  bar = new LabelBar();
  Object.assign(bar, { episode: "episode-1", task: TASK });
  document.body.replaceChildren(bar);
  await bar.updateComplete;
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const press = (code: string, more: KeyboardEventInit = {}) =>
  document.body.dispatchEvent(new KeyboardEvent("keydown", { code, bubbles: true, ...more }));

it("labels with one key and an id made here", async () => {
  press("KeyS");
  await vi.waitFor(() => expect(bodies).toHaveLength(1));
  expect(bodies[0]?.path).toBe("/api/v1/episodes/episode-1/labels");
  expect(bodies[0]?.body).toMatchObject({ outcome: "success", seen_version: 0 });
  expect(bodies[0]?.body.id).toMatch(/^[0-9a-f-]{36}$/);
});

it("sends the reason with a failure and never with a success", async () => {
  press("Digit2");
  press("KeyF");
  await vi.waitFor(() => expect(bodies).toHaveLength(1));
  expect(bodies[0]?.body).toMatchObject({ outcome: "failure", reason: "Too slow" });
});

it("undoes what it just gave", async () => {
  press("KeyS");
  await vi.waitFor(() => expect(bar.querySelector(".undo.fresh")).not.toBeNull());
  const given = bodies[0]?.body.id;
  press("KeyU");
  await vi.waitFor(() => expect(bodies).toHaveLength(2));
  expect(bodies[1]?.path).toBe("/api/v1/episodes/episode-1/labels/undo");
  expect(bodies[1]?.body.label_id).toBe(given);
});

it("wants Shift while the plain letters drive the robot", async () => {
  bar.shifted = true;
  press("KeyS");
  press("KeyS", { shiftKey: true });
  await vi.waitFor(() => expect(bodies).toHaveLength(1));
});

it("takes no letter in the moment after driving", async () => {
  bar.locked = () => true;
  press("KeyS");
  await bar.updateComplete;
  expect(bodies).toEqual([]);
});

it("marks an automatic label as automatic", async () => {
  bar.current = { ...LABEL, automatic: true };
  await bar.updateComplete;
  expect(bar.querySelector(".automatic")?.textContent).toContain("automatic");
});

it("says the reason of a program as the ending that it is", async () => {
  bar.current = { ...LABEL, automatic: true, outcome: "failure", reason: "timeout" };
  await bar.updateComplete;
  expect(bar.querySelector("[role=status]")?.textContent).toContain("time ran out");
});

it("waits again after a label was taken back", async () => {
  bar.current = { ...LABEL, outcome: "discard", undone: true };
  await bar.updateComplete;
  expect(bar.querySelector("[role=status]")?.textContent).toContain("waiting for your label");
  expect(bar.querySelector("[aria-pressed=true]")).toBeNull();
});

it("offers nothing to a role that may not label", async () => {
  pageData.user = { id: "u", name: "u", display_name: "U", role: "viewer", permissions: ["read"] };
  bar.requestUpdate();
  await bar.updateComplete;
  expect(bar.querySelectorAll(".judge:not(:disabled)")).toHaveLength(0);
});
