import type { Run } from "@/api/types";
import { follows, TunePanel } from "@/elements/tune";
import { pageData } from "@/lib/page";

const RUN = {
  id: "run-1",
  kind: "training",
  state: "running",
  algorithm: "rlt",
  config: { beta: 0.004 },
  tuning: {
    beta: null,
    exploration_chunk: null,
    exploration_step: null,
    learning_paused: false,
    actor_frozen: false,
  },
} as unknown as Run;
const SCHEMA = {
  title: "RLT",
  properties: { beta: { type: "number", minimum: 0, maximum: 1, "x-unit": "per z^2" } },
};

let changes: unknown[];
let panel: TunePanel;
let said: Record<string, number>;

async function show(permissions: string[]): Promise<void> {
  pageData.user = { id: "u", name: "u", display_name: "U", role: "manager", permissions };
  panel = new TunePanel();
  panel.run = RUN;
  said = { beta: 0.008, updates_total: 120 };
  panel.inForce = (name) => said[name] ?? null;
  document.body.replaceChildren(panel);
  await vi.waitFor(() => expect(panel.querySelector("input")).not.toBeNull());
}

beforeEach(() => {
  changes = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (path.endsWith("/schema/rlt")) return Response.json(SCHEMA);
    const body = JSON.parse(String(init.body));
    changes.push(body);
    return Response.json({ ...RUN, tuning: { ...RUN.tuning, ...body } });
  });
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const button = (name: string) =>
  [...panel.querySelectorAll("button")].find((one) => one.textContent?.trim() === name);

it("shows what is in force, and sends what a person sets", async () => {
  await show(["run"]);
  const input = panel.querySelector("input") as HTMLInputElement;
  expect(input.value).toBe("0.008");
  input.value = "0.02";
  panel.querySelector("form")?.dispatchEvent(new Event("submit", { cancelable: true }));
  await vi.waitFor(() => expect(changes).toEqual([{ beta: 0.02 }]));
  await vi.waitFor(() => expect(panel.textContent).toContain("Waiting for the learner"));
  button("As configured")?.click();
  await vi.waitFor(() => expect(changes.at(-1)).toEqual({ beta: null }));
});

it("hears by itself when the learner follows, and leaves alone what somebody types", async () => {
  await show(["run"]);
  const input = panel.querySelector("input") as HTMLInputElement;
  input.focus();
  input.value = "0.0";
  said.beta = 0.5;
  await vi.waitFor(() => expect(panel.textContent).toContain("in force 0.5"), { timeout: 2000 });
  expect(input.value).toBe("0.0");
});

it("pauses learning and says so by the pressed button", async () => {
  await show(["run"]);
  button("Pause learning")?.click();
  await vi.waitFor(() =>
    expect(button("Resume learning")?.getAttribute("aria-pressed")).toBe("true"),
  );
  expect(changes).toEqual([{ learning_paused: true }]);
});

it("only shows to those who may not change it", async () => {
  await show(["read"]);
  expect(panel.querySelector("input")?.disabled).toBe(true);
  expect(button("Set")).toBeUndefined();
});

it("knows whether the learner follows", () => {
  const tuned = { ...RUN, tuning: { ...RUN.tuning, beta: 0.01 } };
  const saying = (values: Record<string, number>) => (name: string) => values[name] ?? null;
  expect(follows(tuned, saying({}))).toBeNull();
  expect(follows(tuned, saying({ beta: 0.004, actor_frozen: 0 }))).toBe(false);
  expect(follows(tuned, saying({ beta: 0.01, actor_frozen: 0 }))).toBe(true);
});
