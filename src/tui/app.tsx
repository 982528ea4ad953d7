/**
 * The part that Ink draws: one box a line, so that only lines that changed are drawn again. It is a bundle of its own
 * (`.scripts/build-tui.mjs`) and knows nothing of secrets: lines go in, keys come out.
 */
import { Box, type Key, Text, useApp, useCursor, useInput, usePaste, useWindowSize } from "ink";
import { memo, useEffect, useSyncExternalStore } from "react";
import type { ReactElement } from "react";
import type { Picture } from "./picture.ts";

const Row = memo(function Row({ text }: { readonly text: string }): ReactElement {
  return (
    <Box height={1} flexShrink={0}>
      <Text wrap="hard">{text}</Text>
    </Box>
  );
});

/** Ink's own way to lend the terminal to another program. */
export type Suspend = (run: () => Promise<void>) => Promise<void>;

export interface AppProps {
  /** @returns what ends it */
  readonly subscribe: (listener: () => void) => () => void;
  /** The same object until something changed. */
  readonly picture: () => Picture;
  readonly onKey: (input: string, key: Key) => void;
  readonly onPaste: (text: string) => void;
  readonly onResize: (columns: number, rows: number) => void;
  readonly onReady: (suspend: Suspend) => void;
}

export function App({ subscribe, picture, onKey, onPaste, onResize, onReady }: AppProps): ReactElement {
  const shown = useSyncExternalStore(subscribe, picture);
  const { columns, rows } = useWindowSize();
  const { suspendTerminal } = useApp();
  const { setCursorPosition } = useCursor();
  useEffect(() => onResize(columns, rows), [onResize, columns, rows]);
  useEffect(() => onReady(async (run) => suspendTerminal(run)), [onReady, suspendTerminal]);
  useInput(onKey);
  usePaste(onPaste);
  setCursorPosition(shown.cursor);
  return (
    <Box flexDirection="column" width={shown.columns} {...(shown.rows === undefined ? {} : { height: shown.rows })}>
      {shown.lines.map((line, row) => (
        // A line is its place on the screen.
        // oxlint-disable-next-line react/no-array-index-key
        <Row key={row} text={line} />
      ))}
    </Box>
  );
}
