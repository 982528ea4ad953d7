/** The first run in three steps: a key, the files, and what will be written. Below, what the step is about. */
import { belowHeight } from "../model/layout.ts";
import { markedFiles, NEW_IDENTITY, type StartRow, startRows, type StartScreen } from "../model/start.ts";
import { show } from "../text/show.ts";
import { cutMiddle, fit } from "../text/width.ts";
import { wrap } from "../text/wrap.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fitLine, inverted, type Line, type Role, span } from "../draw/line.ts";
import { pane } from "../draw/pane.ts";

const TITLES = ["Step 1 of 3: your key", "Step 2 of 3: the files to encrypt", "Step 3 of 3: what will be written"] as const;

/** @param height of the body */
export function drawStart(draw: Draw, screen: StartScreen, height: number): Part {
  const { columns: width } = draw.state.size;
  const below = Math.min(belowHeight(draw.state.size), Math.max(0, height - 3));
  const title = TITLES[screen.step - 1] ?? "";
  const list = pane(
    drawRows(draw, screen, width - 2, height - below - 2),
    { title, note: steps(draw, screen), foot: footOf(screen), width, height: height - below, focused: true },
    draw.glyphs,
  );
  const told = sentences(draw, screen).flatMap(([text, role]) => wrap(show(text), width - 4).map((part): Line => [span(` ${part}`, role)]));
  return { lines: [...list, ...pane(told, { title: "", width, height: below }, draw.glyphs)] };
}

/** As in the wizard: done, here, to come. */
function steps({ glyphs }: Draw, { step }: StartScreen): string {
  return ["key", "files", "write"]
    .map((name, index) => `${index + 1 < step ? glyphs.good : index + 1 === step ? glyphs.arrow : glyphs.missing} ${name}`)
    .join("  ");
}

function footOf(screen: StartScreen): string {
  if (screen.step === 3 && screen.preview !== undefined) return `line ${screen.list.cursor + 1}/${startRows(screen).length}`;
  if (screen.step !== 2 || screen.found === undefined) return "";
  const { length } = screen.found.candidates;
  return length === 0 ? "" : `${markedFiles(screen).length} of ${length} chosen`;
}

function drawRows(draw: Draw, screen: StartScreen, width: number, height: number): readonly Line[] {
  const { glyphs } = draw;
  const rows = startRows(screen);
  if (rows.length === 0) return wrap(nothing(screen, glyphs.ellipsis), width - 2).map((text): Line => [span(` ${text}`, "dim")]);
  const { top, cursor } = screen.list;
  return rows.slice(top, top + height).map((row, index) => {
    const current = top + index === cursor;
    const line = fitLine([span(current ? glyphs.cursor : " "), ...drawRow(draw, screen, row, width - 1)], width, glyphs.ellipsis);
    return current ? inverted(line) : line;
  });
}

function nothing({ found, step }: StartScreen, ellipsis: string): string {
  if (found === undefined) return `Looking for keys and for files with secrets${ellipsis}`;
  if (step === 1) return "There is no key here that could be used, and no place for a new one. What was found is told below.";
  return step === 2
    ? "No file here looks like secrets. n names one that is to be made; enter goes on without."
    : `Making the configuration${ellipsis}`;
}

function drawRow({ glyphs }: Draw, screen: StartScreen, row: StartRow, width: number): Line {
  switch (row.kind) {
    case "identity": {
      const { recipient, kind, source } = row.identity;
      const room = Math.max(20, Math.floor(width * 0.5));
      return [
        span(` ${fit(cutMiddle(show(recipient), room).replace("…", glyphs.ellipsis), room)}`),
        span(`  ${show(kind)}, in ${show(source)}`, "dim"),
      ];
    }
    case "new identity":
      return [span(" Make a new key"), span(`  age, in ${show(row.file)}`, "dim")];
    case "candidate": {
      const { path, because, size, untracked } = row.candidate;
      const isMarked = screen.marked.has(path);
      const room = Math.max(20, Math.floor(width * 0.45));
      const why = [because, sizeOf(size), ...(untracked ? ["git ignores it"] : [])].join(` ${glyphs.dot} `);
      return [
        span(isMarked ? ` [${glyphs.good}] ` : " [ ] ", isMarked ? "good" : "dim"),
        span(fit(cutMiddle(show(path), room).replace("…", glyphs.ellipsis), room)),
        span(`  ${why}`, "dim"),
      ];
    }
    case "fresh":
      return [span(` [+] `, "good"), span(show(row.path)), span("  a new file; space takes it away", "dim")];
    case "title":
      return [span(` ${show(row.text)}`, "strong")];
    case "text":
      return [span(` ${show(row.text)}`)];
  }
}

function sizeOf(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${Math.ceil(bytes / 1024)} KB`;
}

function sentences({ state }: Draw, screen: StartScreen): readonly (readonly [string, Role])[] {
  const { found, step, identity } = screen;
  if (found === undefined) return [];
  switch (step) {
    case 1:
      return [
        [
          found.identities.length === 0
            ? "You have no key yet. A new one is written at the end of the last step, readable for you alone. Keep a copy: without it nobody opens the files."
            : "Files are encrypted for the key that you choose. Other people are added later, with P.",
          "text",
        ],
        ...(found.newKeyFile === undefined && found.identities.length > 0
          ? [["A key file is there already; sotto adds none to it.", "dim"] as const]
          : []),
        ...found.notes.map((note) => [note, "warning"] as const),
      ];
    case 2:
      return [
        [
          "Each is encrypted where it is: names stay readable, values do not. Programs that read them need sotto or sops from then on.",
          "text",
        ],
        ...(state.files.size === 0 ? [] : [["What is encrypted already stays as it is; the rule will be for it, too.", "dim"] as const]),
        ["Beside each: why it is offered. space chooses, a all or none, n names a new file.", "dim"],
      ];
    case 3:
      return [
        [
          identity === NEW_IDENTITY
            ? "Enter makes the key, writes .sops.yaml and encrypts. Nothing is written before."
            : "Enter writes .sops.yaml and encrypts. Nothing is written before.",
          "text",
        ],
        ["All files or none: each is read back before the first is written.", "dim"],
        ["esc goes back, q quits and leaves everything as it was.", "dim"],
      ];
  }
}
