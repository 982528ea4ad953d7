/** Which lines of a small text differ: those that go and those that come, in the order of the text. */

export interface ChangedLine {
  readonly sign: "+" | "-";
  /** From 1, in the text that it is from. */
  readonly line: number;
  readonly text: string;
}

/** By the longest common subsequence of what is between the common beginning and the common end. */
export function changedLines(before: string, after: string): readonly ChangedLine[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let [oldEnd, nowEnd] = [old.length, now.length];
  while (oldEnd > start && nowEnd > start && old[oldEnd - 1] === now[nowEnd - 1]) [oldEnd, nowEnd] = [oldEnd - 1, nowEnd - 1];
  const [from, to] = [old.slice(start, oldEnd), now.slice(start, nowEnd)];
  const width = to.length + 1;
  const common = new Uint32Array((from.length + 1) * width);
  for (let row = from.length - 1; row >= 0; row -= 1) {
    for (let column = to.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        from[row] === to[column]
          ? 1 + (common[(row + 1) * width + column + 1] ?? 0)
          : Math.max(common[(row + 1) * width + column] ?? 0, common[row * width + column + 1] ?? 0);
    }
  }
  const lines: ChangedLine[] = [];
  let [row, column] = [0, 0];
  while (row < from.length || column < to.length) {
    if (row < from.length && column < to.length && from[row] === to[column]) [row, column] = [row + 1, column + 1];
    else if (
      column >= to.length ||
      (row < from.length && (common[(row + 1) * width + column] ?? 0) >= (common[row * width + column + 1] ?? 0))
    ) {
      lines.push({ sign: "-", line: start + row + 1, text: from[row] ?? "" });
      row += 1;
    } else {
      lines.push({ sign: "+", line: start + column + 1, text: to[column] ?? "" });
      column += 1;
    }
  }
  return lines;
}
