import { readFilter, writeFilter } from "@/elements/filters";

it("reads only what the page knows from the address", () => {
  expect(readFilter(["task", "run"], "?task=ethernet&other=1")).toEqual({
    task: "ethernet",
    run: "",
  });
});

it("writes a link that reproduces the page", () => {
  writeFilter({ task: "ethernet", run: "" });
  expect(location.search).toBe("?task=ethernet");
  writeFilter({ task: "", run: "" });
  expect(location.search).toBe("");
});
