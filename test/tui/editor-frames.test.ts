import { expect, test } from "vitest";
import type { Decoded, EditorScreen } from "../../src/tui/model/editor.ts";
import { type State, topScreen } from "../../src/tui/model/state.ts";
import { expectFrame, frameText, SIZES } from "./frame.ts";
import { after, documentState, factsOf, fileOf, plain, press, sampleState } from "./states.ts";

const OLD = "aaaa-bbbb-cccc";
const PEM = `-----BEGIN CERTIFICATE-----\n${"abcdefgh".repeat(8)}\n${"ijklmnop".repeat(8)}\n-----END CERTIFICATE-----\n`;

const opened = (): State => press(sampleState(), "down", "down", "e");

function idOf(state: State): EditorScreen["id"] {
  const screen = topScreen(state);
  return screen.kind === "editor" ? screen.id : -1;
}

function fetched(state: State, text: string = OLD, decoded: Decoded = "no"): State {
  const value = { text, type: "str", facts: factsOf(text) } as const;
  return after(state, { topic: "editor", kind: "fetched", editor: idOf(state), value, decoded });
}

const paste = (state: State, text: string): State => after(state, { topic: "input", kind: "paste", text });
const type = (state: State, text: string): State => press(state, ...text.split(""));

test("the old value is there, masked, and typing would replace it", async () => {
  await expectFrame(fetched(opened()), "editor-opened");
});

test("a new value is masked, and what speaks against it is said", async () => {
  await expectFrame(type(fetched(opened()), "changeme"), "editor-typed");
});

test("the value is shown for a while", async () => {
  await expectFrame(type(fetched(opened()), "shown-value-1"), "editor-shown", (state) => press(state, "ctrl+r"));
});

test("several lines have numbers, and what they look like", async () => {
  await expectFrame(paste(fetched(opened()), PEM), "editor-lines");
});

test("a kind of secret is chosen with its strength", async () => {
  await expectFrame(press(fetched(opened()), "ctrl+g"), "editor-generate");
});

test("a value that the file leaves readable is shown", async () => {
  const file = fileOf("app.yaml", { host: plain("db.internal"), password: "one" }, { wouldEncrypt: (path) => path[0] !== "host" });
  await expectFrame(fetched(press(documentState(file), "e"), "db.internal"), "editor-plain");
});

test("what is new in production says so", async () => {
  const state = press(sampleState(), "down", "down", "down", "down", "right", "right", "F", "g");
  await expectFrame(after(state, { topic: "editor", kind: "fetched", editor: idOf(state), value: undefined, decoded: "no" }), "editor-new");
});

test("in ASCII and without colours it says the same", async () => {
  const state = type(fetched(opened()), "a-new-value");
  await expectFrame({ ...state, look: { ...state.look, ascii: true, color: "none" } }, "editor-ascii");
});

test("no frame holds the value while it is masked", () => {
  for (const size of SIZES) {
    for (const state of [fetched(opened()), type(fetched(opened()), "canary-typed"), paste(fetched(opened()), PEM)]) {
      const text = frameText(after(state, { topic: "input", kind: "resize", ...size }));
      expect(text).not.toContain(OLD);
      expect(text).not.toContain("canary");
      expect(text).not.toContain("abcdefgh");
    }
  }
});

test("while the screen is shared there are no fingerprints, no advice, and nothing is shown", () => {
  const shown = press(type(fetched(opened()), "changeme"), "ctrl+r");
  expect(frameText(shown)).toContain("changeme");
  expect(frameText(shown)).toContain("placeholder");
  const text = frameText({ ...shown, shared: true });
  expect(text).not.toContain("changeme");
  expect(text).not.toContain("placeholder");
  expect(text).not.toContain(factsOf(OLD).fingerprint);
});

test("a value of a Kubernetes Secret says that it is shown decoded", () => {
  expect(frameText(fetched(opened(), OLD, "text"))).toContain("base64 of a Kubernetes Secret: shown decoded");
  expect(frameText(fetched(opened(), OLD, "binary"))).toContain("no text: type base64");
});

test("a text with controls and wide characters fits its lines", () => {
  const text = "日本語\u202Eabc\u200B ".repeat(30);
  for (const size of SIZES) {
    const state = after(paste(fetched(opened()), `${text}\n${text}`), { topic: "input", kind: "resize", ...size });
    expect(frameText(press(state, "ctrl+r"))).toContain("⟨202E⟩");
    expect(frameText(press(state, "ctrl+r", "up", "left"))).not.toContain("\u202E");
  }
});

test("a frame of a text of 512 KB takes less than half a second", () => {
  const state = paste(fetched(opened()), `${"ä".repeat(63)}\n`.repeat(4096));
  const start = performance.now();
  frameText(state);
  expect(performance.now() - start).toBeLessThan(500);
});
