import type { ConfigSchema } from "@/api/types";
import { changedConfig, rangeOf } from "@/lib/config_form";

const SCHEMA: ConfigSchema = {
  title: "RLT",
  properties: {
    beta: { type: "number", default: 0.004, minimum: 0, maximum: 1 },
    chunk: { type: "integer", default: 10, minimum: 1, maximum: 50 },
    human_replaces_reference: { type: "boolean", default: false },
  },
};

const read = (values: Record<string, string>) => (name: string) => values[name] ?? null;

it("sends only what differs from the algorithm's defaults", () => {
  const config = changedConfig(SCHEMA, read({ beta: "0", chunk: "10" }));
  expect(config).toEqual({ beta: 0 });
});

it("reads a ticked box as true", () => {
  const values = read({ beta: "0.004", chunk: "10", human_replaces_reference: "on" });
  expect(changedConfig(SCHEMA, values)).toEqual({ human_replaces_reference: true });
});

it("says the range of a number and none of a switch", () => {
  expect(rangeOf(SCHEMA.properties.chunk ?? { type: "integer" })).toBe("1 – 50");
  expect(rangeOf({ type: "boolean" })).toBe("");
});
