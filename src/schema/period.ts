/** Periods of days: `30d`, `6w`, `3mo`, `1y`. */
import { SottoError } from "../model/error.ts";
import type { Period } from "./model.ts";

const DAYS: Readonly<Record<string, number>> = { d: 1, w: 7, mo: 30, y: 365 };

export const DAY: number = 24 * 60 * 60 * 1000;

/** @returns undefined for what is no period */
export function parsePeriod(text: string): Period | undefined {
  const [, number = "", unit = ""] = /^(\d{1,5})\s*(d|w|mo|y)$/.exec(text.trim()) ?? [];
  const days = DAYS[unit];
  return days === undefined ? undefined : { text: text.trim(), days: Number(number) * days };
}

/** @throws SottoError `BAD_FLAGS` */
export function periodFor(flag: string, text: string): Period {
  const period = parsePeriod(text);
  if (period !== undefined) return period;
  throw new SottoError("BAD_FLAGS", `${flag} takes a period, such as 30d, 6w, 3mo or 1y`, { hints: [`${flag} 30d`] });
}
