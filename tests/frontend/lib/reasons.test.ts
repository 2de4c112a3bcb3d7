import type { Task } from "@/api/types";
import { reasonWords } from "@/lib/reasons";

const TASKS = [
  null,
  { failure_reasons: { en: ["Missed the port", "Too slow"], zh: ["未对准接口", "太慢"] } },
] as unknown as Task[];

it.each([
  ["timeout", "time ran out"],
  ["out_of_reach", "out of reach"],
  ["太慢", "Too slow"],
  ["Missed the port", "Missed the port"],
  ["something of one's own", "something of one's own"],
])("says %s as %s", (reason, words) => expect(reasonWords(reason, TASKS)).toBe(words));
