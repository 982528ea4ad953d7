/**
 * Timestamps of plain scalars, as go-yaml recognises them (go time.Parse with four layouts). The result is RFC 3339 text:
 * a JavaScript `Date` has neither the nanoseconds nor the offset.
 */

const DATE = /^(\d{4})-(\d\d?)-(\d\d?)(?:([Tt]| +)(\d\d?):(\d\d?):(\d\d?)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)?)?$/;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads `Y-M-D`, `Y-M-DTh:m:s[.f]zone` and `Y-M-D h:m:s[.f]`; months to seconds may have one digit.
 * @returns RFC 3339, nanoseconds trimmed, the written offset kept; undefined if it is no timestamp
 */
export function readTimestamp(text: string): string | undefined {
  const match = DATE.exec(text);
  if (!match) return undefined;
  const [, year = "", month = "", day = "", between = "", hour = "0", minute = "0", second = "0", fraction = "", zone = ""] = match;
  // The form with T needs a zone, the form with a blank must not have one.
  if (between !== "" && (between[0] === " ") !== (zone === "")) return undefined;
  if (!isDate(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const offset = readOffset(zone);
  if (offset === undefined) return undefined;
  const nanoseconds = fraction.slice(0, 9).replace(/0+$/, "");
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}:${second.padStart(2, "0")}`;
  return `${date}T${time}${nanoseconds && `.${nanoseconds}`}${offset}`;
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12) return false;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day >= 1 && day <= (MONTH_DAYS[month - 1] ?? 0) + (leap ? 1 : 0);
}

/** Go lets 24 hours and 60 minutes pass and adds them up. */
function readOffset(zone: string): string | undefined {
  if (zone === "" || zone === "Z") return "Z";
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4));
  if (hours > 24 || minutes > 60) return undefined;
  const total = hours * 60 + minutes;
  if (total === 0) return "Z";
  return `${zone.charAt(0)}${String(Math.floor(total / 60)).padStart(2, "0")}:${String(total % 60).padStart(2, "0")}`;
}
