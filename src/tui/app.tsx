/** The part that Ink draws: one box a line, so that only lines that changed are drawn again. */
import { Box, Text, useApp, useCursor, useInput, usePaste, useWindowSize } from "ink";
import { memo, useEffect, useSyncExternalStore } from "react";
import type { ReactElement } from "react";
import { paintLine, glyphsOf } from "./draw/theme.ts";
import type { Keymap } from "./actions/keymap.ts";
import { drawFrame } from "./screens/frame.ts";
import { keyEvents } from "./terminal/keys.ts";
import type { Store } from "./store.ts";

const Row = memo(function Row({ text }: { readonly text: string }): ReactElement {
  return (
    <Box height={1} flexShrink={0}>
      <Text wrap="hard">{text}</Text>
    </Box>
  );
});

export interface AppProps {
  readonly store: Store;
  readonly keymap: Keymap;
  /** Called with Ink's own way to lend the terminal, once it is there. */
  readonly onReady: (suspend: (run: () => Promise<void>) => Promise<void>) => void;
}

export function App({ store, keymap, onReady }: AppProps): ReactElement {
  const state = useSyncExternalStore(store.subscribe, () => store.state);
  const { columns, rows } = useWindowSize();
  const { suspendTerminal } = useApp();
  const { setCursorPosition } = useCursor();
  useEffect(() => {
    if (columns !== store.state.size.columns || rows !== store.state.size.rows)
      store.dispatch({ topic: "input", kind: "resize", columns, rows });
  }, [store, columns, rows]);
  useEffect(() => onReady(async (run) => suspendTerminal(run)), [onReady, suspendTerminal]);
  useInput((input, key) => {
    for (const event of keyEvents(input, key)) store.dispatch(event);
  });
  usePaste((text) => store.dispatch({ topic: "input", kind: "paste", text }));
  const frame = drawFrame({ state, keymap, glyphs: glyphsOf(state.look) });
  setCursorPosition(frame.cursor === undefined ? undefined : { x: frame.cursor.column, y: frame.cursor.row });
  return (
    <Box flexDirection="column" width={state.size.columns} height={state.size.rows}>
      {frame.lines.map((line, row) => (
        // A line is its place on the screen.
        // oxlint-disable-next-line react/no-array-index-key
        <Row key={row} text={paintLine(line, state.look.color)} />
      ))}
    </Box>
  );
}
