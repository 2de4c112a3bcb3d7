import type { Checkpoint, Evaluation, Run } from "@/api/types";
import { asked } from "@/elements/evaluate_form";
import { EvaluationsPanel } from "@/elements/evaluations";
import { live } from "@/lib/live";
import { pageData } from "@/lib/page";
import { evaluation, FIGURES } from "../lib/evaluation_fixture";

const RUN = { id: "run-1", number: 7, regime: "full" } as unknown as Run;
const CHECKPOINTS = [{ version: 30 }, { version: 12 }] as unknown as Checkpoint[];

let items: Evaluation[];
let refused: string;
let calls: [string, string, unknown][];
let panel: EvaluationsPanel;
let heard: (message: { evaluation: Evaluation }) => void;

async function show(permissions = ["run"]): Promise<void> {
  pageData.user = { id: "u", name: "u", display_name: "U", role: "manager", permissions };
  panel = new EvaluationsPanel();
  panel.run = RUN;
  panel.checkpoints = CHECKPOINTS;
  document.body.replaceChildren(panel);
  await vi.waitFor(() => expect(calls.length).toBeGreaterThan(0));
  await settled();
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setTimeout(done));
  await panel.updateComplete;
}

beforeEach(() => {
  items = [];
  refused = "";
  calls = [];
  vi.spyOn(live, "on").mockImplementation((kind, handler) => {
    if (kind === "evaluation") heard = handler as never;
    return () => undefined;
  });
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    calls.push([init.method ?? "", path, init.body ? JSON.parse(String(init.body)) : null]);
    if (init.method === "GET") return Response.json({ refused, items });
    if (init.method === "POST") return Response.json(evaluation({ id: "new", state: "queued" }));
    return Response.json(evaluation({ state: "cancelled" }));
  });
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const button = (name: string) =>
  [...panel.querySelectorAll("button")].find((one) => one.textContent?.trim() === name);
const words = () => panel.textContent?.replace(/\s+/g, " ") ?? "";

it("asks for a checkpoint as the form says, and shows it waiting", async () => {
  await show();
  panel.ask(12);
  await settled();
  const form = panel.querySelector("form") as HTMLFormElement;
  const chosen = [...form.querySelectorAll<HTMLOptionElement>("option[selected]")];
  expect(chosen.map(({ value }) => value)).toEqual(["12", "full"]);
  for (const option of chosen) (option.parentElement as HTMLSelectElement).value = option.value;
  form.dispatchEvent(new Event("submit", { cancelable: true, bubbles: true }));
  await vi.waitFor(() => expect(calls.at(-1)?.[0]).toBe("POST"));
  expect(calls.at(-1)?.[2]).toEqual({
    version: 12,
    regime: "full",
    starts: 50,
    seed: 0,
    with_base: true,
    with_expert: false,
  });
  await settled();
  expect(panel.querySelector("form")).toBeNull();
  expect(words()).toContain("waits its turn");
});

it("reads the one that plays now as none in particular", () => {
  const data = new FormData();
  for (const [name, value] of Object.entries({ version: "", regime: "full", starts: "10" }))
    data.set(name, value);
  expect(asked(data)).toMatchObject({ version: null, starts: 10, with_base: false });
});

it("follows one that is played, and cancels it", async () => {
  items = [evaluation({ state: "queued", progress: 0, report: null })];
  await show();
  const standing = { done: 3, of: 12, seconds_left: 9, policies: {} };
  heard({ evaluation: evaluation({ state: "running", progress: 0.25, standing, report: null }) });
  await settled();
  expect(words()).toContain("3 of 12 attempts, 9.0 s left");
  expect(panel.querySelector("progress")?.value).toBe(0.25);
  button("Cancel")?.click();
  await vi.waitFor(() =>
    expect(calls.at(-1)?.slice(0, 2)).toEqual([
      "DELETE",
      "/api/v1/runs/run-1/evaluations/evaluation-1",
    ]),
  );
  await settled();
  expect(words()).toContain("Without a result: 1");
});

it("shows figures with intervals side by side, and how to repeat them", async () => {
  items = [evaluation()];
  await show();
  const rows = [...panel.querySelectorAll("tbody tr")].map((row) =>
    row.textContent?.replace(/\s+/g, " ").trim(),
  );
  expect(rows[0]).toMatch(/^v12 50 94\s% 84\s% – 98\s% 66 60 – 71 402 380 – 421 47 of 47 genuine/);
  expect(rows[1]).toMatch(/^base 50 60\s%/);
  expect(rows[2]).toMatch(/^demonstrator 20/);
  expect(panel.querySelectorAll("svg.eval-picture")).toHaveLength(9);
  expect(panel.querySelector("code")?.textContent).toBe(
    "rlt evaluate ethernet --policy run:7@12,base",
  );
});

it("says in plain words what there is to doubt", async () => {
  const audit = {
    successes: 47,
    witnessed: 47,
    findings: [{ kind: "witness", count: 3, of: 47, seed: 1000004 }],
    objections: ["plug is not inside"],
  };
  items = [evaluation({ report: { policies: { "run:7@12": { ...FIGURES, audit } } } })];
  await show();
  expect(words()).toContain("Do not trust these figures");
  expect(words()).toContain("v12: 3 of 47 successes are none to the second witness");
  expect(words()).toContain("(plug is not inside)");
});

it("draws a policy that never succeeded", async () => {
  const none = {
    ...FIGURES,
    success_rate: 0,
    median_steps: null,
    steps_quartiles: null,
    audit: { successes: 0, witnessed: 0, findings: [], objections: [] },
  };
  items = [evaluation({ report: { policies: { "run:7@12": none } } })];
  await show();
  expect(words()).toContain("no success to check");
});

it("says why a real robot is not evaluated, and offers nothing", async () => {
  refused = "real_robot";
  await show();
  expect(words()).toContain("only a person can lay out its starts");
  expect(button("Evaluate…")).toBeUndefined();
});

it("only shows to those who may not ask", async () => {
  items = [evaluation({ state: "running", report: null })];
  await show(["read"]);
  expect(button("Evaluate…")).toBeUndefined();
  expect(button("Cancel")).toBeUndefined();
});
