/** Where one is in a list, however it is drawn: cursor, first visible line, marks. */

export interface ListView {
  readonly cursor: number;
  /** First visible row. */
  readonly top: number;
}

export const AT_TOP: ListView = { cursor: 0, top: 0 };

/**
 * Moves the cursor and scrolls as little as is needed.
 * @param height visible rows
 */
export function moveTo(list: ListView, cursor: number, length: number, height: number): ListView {
  const at = Math.max(0, Math.min(length - 1, cursor));
  const rows = Math.max(1, height);
  const most = Math.max(0, length - rows);
  let top = Math.min(list.top, most);
  if (at < top) top = at;
  if (at >= top + rows) top = at - rows + 1;
  return at === list.cursor && top === list.top ? list : { cursor: at, top };
}

export type Move = "up" | "down" | "pageUp" | "pageDown" | "halfUp" | "halfDown" | "top" | "bottom";

export function moveBy(list: ListView, move: Move, length: number, height: number): ListView {
  const half = Math.max(1, Math.floor(height / 2));
  const steps: Readonly<Record<Move, number>> = {
    up: list.cursor - 1,
    down: list.cursor + 1,
    pageUp: list.cursor - Math.max(1, height - 1),
    pageDown: list.cursor + Math.max(1, height - 1),
    halfUp: list.cursor - half,
    halfDown: list.cursor + half,
    top: 0,
    bottom: length - 1,
  };
  return moveTo(list, steps[move], length, height);
}

/** Scrolls without the cursor leaving the window (mouse wheel). */
export function scrollBy(list: ListView, lines: number, length: number, height: number): ListView {
  const top = Math.max(0, Math.min(Math.max(0, length - height), list.top + lines));
  const cursor = Math.max(top, Math.min(list.cursor, top + height - 1));
  return moveTo({ cursor, top }, cursor, length, height);
}
