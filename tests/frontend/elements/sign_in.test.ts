import { safeTarget } from "@/elements/sign_in";

it.each([
  ["/runs?task=ethernet", "/runs?task=ethernet"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["https://evil.example", "/"],
  [null, "/"],
])("goes on from %s to %s", (next, target) => expect(safeTarget(next)).toBe(target));
