/** Reads a form made from an algorithm's own schema back into a configuration. */

import type { ConfigProperty, ConfigSchema } from "../api/types";

export type ConfigValue = number | boolean | string;

function settingOf(property: ConfigProperty, text: string | null): ConfigValue {
  if (property.type === "boolean") return text === "on";
  if (property.type === "string") return text ?? "";
  return Number(text);
}

/** Only what differs from the schema's own defaults; the rest is the algorithm's business. */
export function changedConfig(
  schema: ConfigSchema,
  read: (name: string) => string | null,
): Record<string, ConfigValue> {
  const entries = Object.entries(schema.properties).map(
    ([name, property]) => [name, settingOf(property, read(name)), property.default] as const,
  );
  return Object.fromEntries(
    entries
      .filter(([, value, standard]) => value !== standard)
      .map(([name, value]) => [name, value]),
  );
}

/** A step that lets the browser accept the default and values of its size. */
export function stepOf(property: ConfigProperty): string {
  return property.type === "integer" ? "1" : "any";
}

/** The range of a number in words, such as "0 – 1". */
export function rangeOf(property: ConfigProperty): string {
  if (property.minimum === undefined || property.maximum === undefined) return "";
  return `${property.minimum} – ${property.maximum}`;
}
