/** The wizard: its four steps, beside who can read what where there is room. */
import {
  changing,
  countOf,
  isAnything,
  knownCount,
  progressOf,
  WIZARD_HEAD,
  wizardLines,
  wizardRows,
  wizardTitle,
} from "../model/wizard.ts";
import type { PlanFile, WizardLine, WizardScreen } from "../model/wizard.ts";
import { questionsFor } from "../model/access-guards.ts";
import { layoutOf } from "../model/layout.ts";
import { show } from "../text/show.ts";
import { fit } from "../text/width.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { beside, fill, fitLine, inverted, type Line, type Role, span, spread } from "../draw/line.ts";
import { pane } from "../draw/pane.ts";
import { cut, drawTable } from "./access.ts";

/** @param height of the body */
export function drawWizard(draw: Draw, screen: WizardScreen, height: number): Part {
  const { state, glyphs } = draw;
  const { columns } = state.size;
  const { kind } = layoutOf(state.size);
  const below = state.screens.at(-2);
  const left =
    kind === "small" || kind === "too small" || below?.kind !== "access" ? 0 : kind === "medium" ? 41 : kind === "wide" ? 60 : 90;
  const width = columns - left;
  const lines = [
    ...heading(draw, screen),
    ...fill(drawList(draw, screen, height, width - 2), wizardRows(screen, height), width - 2),
    ...foot(draw, screen, width - 2),
  ];
  const box = pane(lines, { title: "Wizard", foot: position(screen, height), width, height, focused: true }, glyphs);
  if (left === 0 || below?.kind !== "access") return { lines: box };
  return { lines: beside(drawTable(draw, below, { width: left, height, focused: false }), box) };
}

const STEPS = ["choose", "preview", "run", "next steps"] as const;

/** As many lines as `WIZARD_HEAD` says. */
function heading({ glyphs }: Draw, { step, change, outcome }: WizardScreen): readonly Line[] {
  const steps = STEPS.flatMap((name, index): Line => {
    const at = index + 1;
    const done = at < step || (at === step && step === 4);
    const isBad = at === step && (outcome === "stopped" || outcome === "failed");
    const [glyph, role]: readonly [string, Role] = isBad
      ? [glyphs.bad, "danger"]
      : done
        ? [glyphs.good, "good"]
        : at === step
          ? [glyphs.arrow, "focus"]
          : [glyphs.missing, "dim"];
    return [span(`${index === 0 ? " " : "   "}${glyph} ${at} ${name}`, role)];
  });
  const lines: Line[] = [[span(` Step ${step} of 4   `, "dim"), span(show(wizardTitle(change)), "strong")], [], steps, []];
  return lines.slice(0, WIZARD_HEAD);
}

function position(screen: WizardScreen, height: number): string {
  const count = wizardLines(screen).length;
  return count <= wizardRows(screen, height) ? "" : `line ${screen.list.cursor + 1}/${count}`;
}

function drawList(draw: Draw, screen: WizardScreen, height: number, width: number): readonly Line[] {
  const { glyphs, state } = draw;
  const { list } = screen;
  if (screen.step === 2 && screen.plan === undefined) {
    if (screen.problem !== undefined) return wrap(`${glyphs.bad} ${show(screen.problem)}`, width, "danger");
    return [
      [
        span(
          ` ${glyphs.dot} Looking at ${countOf(new Set(screen.choices.flatMap((one) => one.files)).size, "file")}${glyphs.ellipsis}`,
          "dim",
        ),
      ],
    ];
  }
  const lines = wizardLines(screen);
  if (lines.length === 0) return [[span(screen.step === 1 ? " No file has it: only the rules change." : " No file changes.", "dim")]];
  const longest = Math.max(0, ...lines.map((line) => pathOf(line).length));
  const room = Math.min(longest, Math.max(16, Math.floor(width * 0.55)));
  return lines.slice(list.top, list.top + wizardRows(screen, height)).map((line, index) => {
    const current = list.top + index === list.cursor;
    const drawn = fitLine([span(current ? glyphs.cursor : " "), ...drawLine(draw, screen, line, room)], width, glyphs.ellipsis);
    return current && (screen.step === 1 || state.look.color !== "none") ? inverted(drawn) : drawn;
  });
}

function pathOf(line: WizardLine): string {
  return line.kind === "choice" ? line.choice.name : line.kind === "plan" || line.kind === "run" ? line.file.path : "";
}

function drawLine(draw: Draw, screen: WizardScreen, line: WizardLine, room: number): Line {
  const { glyphs } = draw;
  switch (line.kind) {
    case "choice": {
      const { name, files, marked, note } = line.choice;
      const count = files.length === 1 && files[0] === name ? "" : countOf(files.length, "file");
      const what = [note, count].filter((one) => one !== "").join(` ${glyphs.dot} `);
      return [span(`[${marked ? "x" : " "}] `, marked ? "focus" : "dim"), span(cell(draw, name, room)), span(`  ${show(what)}`, "dim")];
    }
    case "plan":
      return [span(cell(draw, line.file.path, room)), span("  "), ...describePlan(draw, line.file)];
    case "run":
      return [span(cell(draw, line.file.path, room)), span("  "), ...describeRun(draw, screen, line.file)];
    case "config":
      return line.sign === "+"
        ? [span(`${String(line.line).padStart(4)} + ${show(line.text)}`, "good")]
        : [span(`${String(line.line).padStart(4)} ${glyphs.minus} ${show(line.text)}`, "danger")];
    case "heading":
      return [span(show(line.text), "strong")];
    case "text":
      return [span(show(line.text))];
    case "warning":
      return [span(`${glyphs.bad} ${show(line.text)}`, "warning")];
    case "key":
      return [span(`  ${glyphs.masked} ${show(line.text)}`)];
  }
}

function cell(draw: Draw, path: string, width: number): string {
  return fit(cut(draw, path, width), width);
}

function describePlan({ glyphs }: Draw, file: PlanFile): Line {
  if (file.problem !== undefined) return [span(`${glyphs.bad} skipped: ${show(file.problem)}`, "warning")];
  if (!file.changes) return [span(`${glyphs.dot} nothing to change`, "dim")];
  const { before, after } = file.threshold;
  return [
    ...file.added.map((name) => span(`+ ${show(name)}  `, "good")),
    ...file.removed.map((name) => span(`${glyphs.minus} ${show(name)}  `, "danger")),
    ...(before === after ? [] : [span(`threshold ${before} to ${after}  `)]),
    span(file.renews ? "new data key" : "same data key", file.renews ? "strong" : "dim"),
    ...(file.locksOut ? [span(`  ${glyphs.bad} locks you out`, "danger")] : []),
  ];
}

function describeRun({ glyphs, state }: Draw, { running, outcome }: WizardScreen, file: PlanFile): Line {
  if (file.problem === undefined && (outcome === "stopped" || outcome === "failed")) return [span(`${glyphs.dot} as it was`, "dim")];
  const at = running.get(file.path);
  const what = file.renews ? "re-wrapped, new key" : "re-wrapped";
  const took = at === undefined ? "" : ` ${((at.ended - at.began) / 1000).toFixed(1)} s`;
  switch (at?.state) {
    case "working": {
      const frame = state.look.motion ? Math.floor((state.now - at.began) / 100) % glyphs.spinner.length : 0;
      return [
        span(`${glyphs.spinner[frame] ?? ""} ${file.renews ? `re-encrypting ${countOf(file.values, "value")}` : "re-wrapping"}`, "focus"),
      ];
    }
    case "ready":
      return [span(`${glyphs.good} ready, not written yet${took}`, "good")];
    case "written":
      return [span(`${glyphs.good} ${what}${took}`, "good")];
    case "skipped":
      return [span(`${glyphs.bad} skipped: ${show(file.problem ?? "")}`, "warning")];
    case "waiting":
    case undefined:
      return [span(`${glyphs.missing} waiting`, "dim")];
  }
}

/** What there is to say below the list; never more lines than `wizardRows` leaves. */
function foot(draw: Draw, screen: WizardScreen, width: number): readonly Line[] {
  const { state } = draw;
  const enter = state.look.ascii ? "enter" : "⏎";
  const { plan } = screen;
  switch (screen.step) {
    case 1: {
      const what = screen.change.kind === "add" ? "Every file of the rules of what you mark gets it." : "Nothing is written before step 3.";
      return [[], [span(` ${what}`, "dim")], [span(` space marks, a marks all, ${enter} shows what would change.`, "dim")]];
    }
    case 2:
      return plan === undefined ? [] : [[], ...previewFoot(draw, screen, enter)];
    case 3:
      return runFoot(draw, screen, width, enter);
    case 4:
      return [
        [],
        [
          span(
            plan !== undefined && knownCount(plan) > 0 ? ` y copies the list (paths only), ${enter} closes.` : ` ${enter} closes.`,
            "dim",
          ),
        ],
      ];
  }
}

function previewFoot({ state, glyphs }: Draw, screen: WizardScreen, enter: string): readonly Line[] {
  const { plan } = screen;
  if (plan === undefined) return [];
  if (!isAnything(plan)) return [[span(" There is nothing to change. esc goes back.", "dim")]];
  const words = questionsFor(state, screen)
    .map(({ word }) => word)
    .join(", then ");
  const files = changing(plan);
  const renewed = files.filter((file) => file.renews).length;
  const counts = [
    countOf(files.length, "file"),
    ...(renewed > 0 ? [countOf(renewed, "new data key")] : []),
    ...(plan.config.length > 0 ? [".sops.yaml changes"] : []),
  ];
  return [
    plan.locksOut
      ? [span(` ${glyphs.bad} You could not read some of them any more: none of your keys is left there.`, "danger")]
      : plan.left.length > 0
        ? [span(` ${glyphs.warning} still readable for whoever leaves: ${show(plan.left.join(", "))}`, "warning")]
        : [],
    [span(` ${counts.join(", ")}.`)],
    [span(` ${enter} does it${words === "" ? "" : `, once you typed ${show(words)}`}. esc goes back.`, "dim")],
  ];
}

function runFoot({ state, glyphs }: Draw, screen: WizardScreen, width: number, enter: string): readonly Line[] {
  const { plan, outcome, problem, change } = screen;
  const { done, total, left } = progressOf(screen, state.now);
  const barWidth = Math.max(8, Math.min(60, width - 24));
  const full = total === 0 ? 0 : Math.floor((barWidth * done) / total);
  const bar: Line = spread(
    [span(` ${glyphs.bar[0].repeat(full)}`, "focus"), span(glyphs.bar[1].repeat(barWidth - full), "dim"), span(`  ${done} / ${total}`)],
    left === undefined ? [] : [span(`about ${Math.max(1, Math.round(left / 1000))} s `)],
    width,
  );
  if (outcome === "stopped") {
    return [
      [],
      bar,
      [],
      [span(` Stopped. 0 of ${countOf(total, "file")} changed.`, "warning")],
      [span(` ${enter} looks at the files again, esc closes.`, "dim")],
    ];
  }
  if (outcome === "failed") {
    const why = wrap(`${glyphs.bad} Not done: ${show(problem ?? "")}. All files are as they were.`, width, "danger").slice(0, 3);
    return [[], bar, ...why, [span(` ${enter} looks at the files again, esc closes.`, "dim")]];
  }
  const known = plan === undefined ? 0 : knownCount(plan);
  const who = change.kind === "remove" ? change.name : (plan?.leaving[0]?.name ?? "");
  return [
    [],
    bar,
    [],
    [
      span(
        outcome === "stopping" ? " Stopping. All files stay as they were." : " Nothing is written until every file is ready. esc stops",
        "dim",
      ),
    ],
    [span(outcome === "stopping" ? "" : " and leaves all files as they were.", "dim")],
    [],
    known === 0 ? [] : [span(` ${show(who)} still knows the old values. Next: the ${known} to replace.`)],
  ];
}

/** A sentence in as many lines as it takes. */
function wrap(text: string, width: number, role: Role): Line[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 2 > width) lines.push(lines.length === 0 ? ` ${word}` : `   ${word}`);
    else lines.splice(-1, 1, `${last} ${word}`);
  }
  return lines.map((line): Line => [span(line, role)]);
}
