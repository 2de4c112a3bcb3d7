import { get, type Problem, query } from "@/api/client";

afterEach(() => vi.unstubAllGlobals());

const answering = (status: number, body: unknown) =>
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(body), { status }));

it("turns a problem document into its sentence", async () => {
  answering(409, { title: "Conflict", status: 409, detail: "Bo drives this cell.", version: 2 });
  const problem = await get("/robots/1").catch((error: Problem) => error);
  expect(problem).toMatchObject({ status: 409, message: "Bo drives this cell." });
  expect((problem as Problem).extra.version).toBe(2);
});

it("says so when the console cannot be reached", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("network")));
  await expect(get("/robots")).rejects.toMatchObject({ status: 0 });
});

it("leaves out what is not asked for", () => {
  expect(query({ task: "ethernet", run: "", robot: null, limit: 5 })).toBe(
    "?task=ethernet&limit=5",
  );
  expect(query({})).toBe("");
});
