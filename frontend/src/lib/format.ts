/** Numbers and times as people read them, in the language of the page. */

import { language, t } from "./i18n";

const locale = language === "zh" ? "zh-CN" : "en-GB";
const DASH = "–";

function numberFormat(digits: number): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

export type Maybe = number | null | undefined;

function known(value: Maybe): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

/** A number with a fixed count of decimals, or a dash when there is none. */
export function num(value: Maybe, digits = 0): string {
  return known(value) ? numberFormat(digits).format(value) : DASH;
}

/** A number in about three figures, whatever its size. */
export function short(value: Maybe): string {
  if (!known(value)) return DASH;
  const size = Math.abs(value);
  if (size >= 100_000) return `${numberFormat(0).format(value / 1000)} k`;
  if (size >= 100 || value === 0) return numberFormat(0).format(value);
  if (size >= 10) return numberFormat(1).format(value);
  if (size >= 0.1) return numberFormat(2).format(value);
  return value.toPrecision(2);
}

const ticks = new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 });

/** A tick of an axis: only the decimals that it has. */
export function plain(value: number): string {
  return ticks.format(value);
}

/** A share of one as a percentage. */
export function percent(value: Maybe, digits = 0): string {
  if (!known(value)) return DASH;
  return `${numberFormat(digits).format(value * 100)}${language === "zh" ? "%" : "\u00a0%"}`;
}

/** Seconds as people say them: 12.4 s, 3 min 05 s, 2 h 07 min. */
export function duration(seconds: Maybe): string {
  if (!known(seconds)) return DASH;
  const pad = (value: number) => String(Math.floor(value)).padStart(2, "0");
  if (seconds < 60) return `${numberFormat(1).format(seconds)} ${t("unit.s")}`;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours === 0) return `${minutes} ${t("unit.min")} ${pad(seconds % 60)} ${t("unit.s")}`;
  const rest = minutes > 0 ? ` ${pad(minutes)} ${t("unit.min")}` : "";
  return `${hours} ${t("unit.h")}${rest}`;
}

const clock = new Intl.DateTimeFormat(locale, {
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});
const clockSeconds = new Intl.DateTimeFormat(locale, { timeStyle: "medium", hour12: false });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });

/** Time of day for today, day and time for anything older. */
export function moment(iso: string | null | undefined, now = new Date()): string {
  if (!iso) return DASH;
  const at = new Date(iso);
  if (at.toDateString() === now.toDateString()) return clockSeconds.format(at);
  return `${day.format(at)} ${clock.format(at)}`;
}

/** Hours and minutes of an epoch in seconds. */
export function hourMinute(epochSeconds: number): string {
  return clock.format(new Date(epochSeconds * 1000));
}

/** Time of day to the second of an epoch in seconds. */
export function timeOfDay(epochSeconds: number): string {
  return clockSeconds.format(new Date(epochSeconds * 1000));
}

/** Day, hours and minutes of an ISO time. */
export function dayAndTime(iso: string): string {
  const at = new Date(iso);
  return `${day.format(at)} ${clock.format(at)}`;
}

const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });

/** How long ago, in the largest unit that fits. */
export function ago(iso: string | null | undefined, now = Date.now()): string {
  if (!iso) return DASH;
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(Math.round(seconds), "second");
  if (size < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}
