/** What is on the screen before anything is loaded: the header and the first keys. Imports nothing, since it has to be there at once. */

export interface SkeletonOptions {
  readonly columns: number;
  readonly rows: number;
  readonly title: string;
  readonly color: boolean;
}

/** The header, an empty body, and what is going on. */
export function skeleton({ columns, rows, title, color }: SkeletonOptions): string {
  const name = ` sotto ${title}`.slice(0, Math.max(0, columns));
  const header = color ? `\u001B[1m${name}\u001B[0m` : name;
  const keys = " ? help   q quit".slice(0, Math.max(0, columns));
  return `\u001B[1;1H${header}\u001B[${Math.max(1, rows - 1)};1H Reading files…\u001B[${Math.max(1, rows)};1H${keys}`;
}
