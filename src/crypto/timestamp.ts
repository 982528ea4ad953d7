/**
 * RFC 3339 as Go's `time` package reads and prints it, which is a little more than the standard allows. A JavaScript
 * `Date` holds neither nanoseconds nor the offset, so the fields stay text.
 */

interface Timestamp {
  /** `YYYY-MM-DDTHH:MM:SS`, in the time's own offset. */
  readonly seconds: string;
  /** Up to nine digits without trailing zeros; empty when there is no fraction. */
  readonly fraction: string;
  /** `Z` for zero, else `+HH:MM` or `-HH:MM`. */
  readonly offset: string;
}

const PATTERN = /^(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * Prints a timestamp with second precision and `Z` for a zero offset, as sops does for the AAD of the MAC (sops: §2.3).
 * @returns undefined if Go could not read it
 */
export function secondPrecision(text: string): string | undefined {
  const time = parse(text);
  return time && time.seconds + time.offset;
}

/**
 * Prints a timestamp with up to nanosecond precision, the canonical text of a `time` (sops: §1.3, go `RFC3339Nano`).
 * @returns undefined if Go could not read it, or not print it because the offset is 24 hours or more
 */
export function nanosecondPrecision(text: string): string | undefined {
  const time = parse(text);
  if (time === undefined || time.offset.slice(1) >= "24") return undefined;
  return time.seconds + (time.fraction && `.${time.fraction}`) + time.offset;
}

function parse(text: string): Timestamp | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, year = "", month = "", day = "", hour = "", minute = "", second = ""] = match;
  const [digits = "", sign, offsetHour = "0", offsetMinute = "0"] = match.slice(7);
  if (Number(month) < 1 || Number(month) > 12) return undefined;
  if (Number(day) < 1 || Number(day) > daysIn(Number(month), Number(year))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  // go time: offsets go up to 24:60, and are added up.
  if (Number(offsetHour) > 24 || Number(offsetMinute) > 60) return undefined;
  const minutes = Number(offsetHour) * 60 + Number(offsetMinute);
  return {
    seconds: `${year}-${month}-${day}T${hour.padStart(2, "0")}:${minute}:${second}`,
    fraction: withoutTrailingZeros(digits.slice(0, 9)),
    offset: minutes === 0 ? "Z" : `${sign ?? "+"}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`,
  };
}

function daysIn(month: number, year: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === "0") end -= 1;
  return digits.slice(0, end);
}
