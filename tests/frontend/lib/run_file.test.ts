import type { Run } from "@/api/types";
import { fileOf, fill, runFile } from "@/lib/run_file";

const RUN = {
  name: "Night shift",
  task_id: "screw",
  regime: "full",
  algorithm: "rlt",
  seed: 4,
  config: { beta: 0.02, twin: true },
} as unknown as Run;

function form(): HTMLFormElement {
  const made = document.createElement("form");
  made.innerHTML = `<input name="run-name"><input name="run-seed" type="number" value="0">
    <select name="run-task"><option value="ethernet"></option><option value="screw"></option></select>
    <input name="beta" type="number"><input name="twin" type="checkbox">`;
  return made;
}

it("gives a run's settings to the next one", () => {
  const filled = form();
  expect(fill(filled, runFile(fileOf(RUN)))).toEqual([]);
  const data = new FormData(filled);
  expect(data.get("run-name")).toBe("Night shift");
  expect(data.get("run-task")).toBe("screw");
  expect(data.get("run-seed")).toBe("4");
  expect(data.get("beta")).toBe("0.02");
  expect(data.get("twin")).toBe("on");
});

it("names what this algorithm does not have", () => {
  expect(fill(form(), { config: { beta: 1, wings: 2 } })).toEqual(["wings"]);
});

it("refuses what is no such file in a sentence", () => {
  expect(() => runFile("PK…")).toThrow("no file of a run");
  expect(() => runFile("[1]")).toThrow();
});
