import "@/elements/stop_button";

let orders: { path: string; body: { kind: string } }[];

beforeEach(() => {
  orders = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (path.endsWith("/robots")) return Response.json([{ id: "a" }, { id: "b" }]);
    orders.push({ path, body: JSON.parse(String(init.body)) });
    return Response.json({ ok: true });
  });
  document.body.innerHTML = "<rlt-stop></rlt-stop>";
});
afterEach(() => {
  document.body.innerHTML = "";
  vi.unstubAllGlobals();
});

const pressEscape = () => dispatchEvent(new KeyboardEvent("keydown", { code: "Escape" }));

it("stops every cell from a page that is about none", async () => {
  document.querySelector("button")?.click();
  await vi.waitFor(() => expect(orders).toHaveLength(2));
  expect(orders.map(({ path, body }) => [path, body.kind])).toEqual([
    ["/api/v1/robots/a/commands", "stop"],
    ["/api/v1/robots/b/commands", "stop"],
  ]);
});

it("stops by Escape twice", async () => {
  pressEscape();
  pressEscape();
  await vi.waitFor(() => expect(orders).toHaveLength(2));
});

it("says aloud what came of it", async () => {
  document.querySelector("button")?.click();
  await vi.waitFor(() =>
    expect(document.querySelector("[role=status]")?.textContent).toBe("Stop sent and confirmed."),
  );
});
