/** A value that stands nowhere else, and the clothes in which it could leave. */

export const CANARY = "kanarie-5b1e7f0a";

const bytes = Buffer.from(CANARY);

/** Base64 of longer text that holds the canary, from each of three places where it may begin; without what its neighbours change. */
const base64 = [0, 1, 2].map((shift) => {
  const text = Buffer.concat([Buffer.alloc(shift), bytes, Buffer.alloc(2)]).toString("base64");
  return text.slice(Math.ceil((shift * 4) / 3), Math.floor(((shift + bytes.length) * 4) / 3));
});

const FORMS: readonly string[] = [
  CANARY,
  ...base64,
  ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  bytes.toString("hex"),
  bytes.toString("hex").toUpperCase(),
  Array.from(CANARY, (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`).join(""),
  Array.from(CANARY, (char) => `${char}\0`).join(""),
  CANARY.replaceAll("-", "%2D"),
  Array.from(CANARY).toReversed().join(""),
];

/** @returns in which clothes it is there */
export function found(text: string): readonly string[] {
  return FORMS.filter((form) => text.includes(form));
}
