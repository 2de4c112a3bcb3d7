import { NewRun } from "@/elements/new_run";

const schemaOf = (pace: number) => ({
  properties: {
    reference_speed: { type: "number", default: pace, minimum: 1, maximum: 4, "x-unit": "x" },
    beta: { type: "number", default: 0.004, minimum: 0, maximum: 1, "x-unit": "per z^2" },
  },
});
const sent: Record<string, unknown>[] = [];

beforeEach(() => {
  sent.length = 0;
  vi.stubGlobal("fetch", async (path: string, init?: RequestInit) => {
    if (init?.method === "POST") sent.push(JSON.parse(String(init.body)));
    if (path.includes("/schema/"))
      return Response.json(schemaOf(path.endsWith("task=charger") ? 1.5 : 2));
    return Response.json(init?.method === "POST" ? { id: "1" } : []);
  });
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

async function form(): Promise<NewRun> {
  const made = new NewRun();
  made.tasks = ["ethernet", "charger"].map((id) => ({
    id,
    title: { en: id },
  })) as unknown as NewRun["tasks"];
  document.body.append(made);
  await vi.waitFor(() => expect(input(made, "reference_speed").value).toBe("2"));
  return made;
}

const input = (made: NewRun, name: string) =>
  made.querySelector(`[name=${name}]`) as HTMLInputElement;

function choose(made: NewRun, name: string): void {
  const task = input(made, "run-task");
  task.value = name;
  task.dispatchEvent(new Event("change"));
}

it("shows the defaults of the task that is chosen, and sends none of them", async () => {
  const made = await form();
  choose(made, "charger");
  await vi.waitFor(() => expect(input(made, "reference_speed").value).toBe("1.5"));
  made.querySelector("form")?.dispatchEvent(new Event("submit"));
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.task_id).toBe("charger");
  expect(sent[0]?.config).toEqual({});
});

it("goes by the last choice, even where an earlier one is answered after it", async () => {
  const made = await form();
  const answer = fetch;
  const late: (() => void)[] = [];
  vi.stubGlobal("fetch", async (path: string, init?: RequestInit) => {
    if (path.endsWith("task=charger")) await new Promise<void>((resolve) => late.push(resolve));
    return answer(path, init);
  });
  choose(made, "charger");
  choose(made, "ethernet");
  await vi.waitFor(() => expect(late).toHaveLength(1));
  late[0]?.();
  await new Promise((resolve) => setTimeout(resolve));
  await made.updateComplete;
  made.querySelector("form")?.dispatchEvent(new Event("submit"));
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(input(made, "reference_speed").getAttribute("value")).toBe("2");
});

it("leaves what a person typed as it is when the task changes", async () => {
  const made = await form();
  const [pace, pull] = [input(made, "reference_speed"), input(made, "beta")];
  pull.value = "0.01";
  pace.value = "2";
  choose(made, "charger");
  await vi.waitFor(() => expect(pace.getAttribute("value")).toBe("1.5"));
  expect(pace.value).toBe("2");
  made.querySelector("form")?.dispatchEvent(new Event("submit"));
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.config).toEqual({ beta: 0.01, reference_speed: 2 });
});
