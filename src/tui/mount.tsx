/** What Ink draws on: loaded while the files are being read. */
import type { ReadStream, WriteStream } from "node:tty";
import { render } from "ink";
import { App, type AppProps } from "./app.tsx";

export interface MountOptions extends AppProps {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly spoken: boolean;
}

/** @returns what takes the drawing away again */
export function mountApp({ input, output, spoken, ...props }: MountOptions): () => Promise<void> {
  const instance = render(<App {...props} />, {
    stdout: output,
    stdin: input,
    interactive: true,
    alternateScreen: !spoken,
    isScreenReaderEnabled: spoken,
    exitOnCtrlC: false,
    patchConsole: false,
    incrementalRendering: !spoken,
    maxFps: 60,
  });
  return async () => {
    instance.unmount();
    await instance.waitUntilExit();
  };
}
