import { type ComparedValue, compareEnvironments, createFingerprint, type EnvironmentDifference, openEnvironment } from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { paint, type Style } from "../terminal.ts";
import { openProject } from "./_files.ts";
import { UNLOCKING } from "./_flags.ts";

export const envDiff: Command = defineCommand({
  name: "env diff",
  summary: "show by key how two environments differ",
  description:
    "Compares what two environments come to. Values are never shown: equal fingerprints are equal values, and they hold for this clone alone.\n- missing in the second, + missing in the first, ∅ empty in one, ≈ another type, ~ another value,\n= the same secret although one of the two is isolated.",
  args: [{ name: "before" }, { name: "after" }],
  flags: [
    { name: "keys", type: "boolean", help: "which keys there are and of what type; that values differ is what environments are for" },
    { name: "exit-code", type: "boolean", help: "exit 206 if something differs" },
    ...UNLOCKING,
  ],
  examples: ["sotto env diff staging prod", "sotto env diff staging prod --keys --exit-code", "sotto env diff staging prod --json"],
  async run(context) {
    const { flags, args } = context;
    const project = await openProject(context, flags);
    const left = await openEnvironment(project, { environment: args.before });
    const right = await openEnvironment(project, { environment: args.after });
    const all = compareEnvironments(left, right, await createFingerprint(context.host));
    const differences = flags.keys ? all.filter(({ kind }) => kind !== "value") : all;
    context.result({ before: args.before, after: args.after, differences: differences.map(toJson) });
    if (!context.json) for (const one of differences) context.out(`${line(context, one, args)}\n`);
    return flags["exit-code"] && differences.length > 0 ? 206 : 0;
  },
});

function toJson({ path, kind, left, right }: EnvironmentDifference): Record<string, unknown> {
  return { path, kind, ...(left === undefined ? {} : { before: left }), ...(right === undefined ? {} : { after: right }) };
}

function line(
  context: Context,
  { path, kind, left, right }: EnvironmentDifference,
  names: { readonly before: string; readonly after: string },
): string {
  const [mark, style] = markOf(kind, left);
  const head = paint(`${mark} ${context.visible(path)}`, style, context.color);
  switch (kind) {
    case "missing":
      return `${head}  ${show(left ?? right)}  missing in ${context.visible(left === undefined ? names.before : names.after)}`;
    case "empty":
      return `${head}  ${show(left)} → ${show(right)}`;
    case "type":
      return `${head}  ${left?.type ?? ""} → ${right?.type ?? ""}`;
    case "value":
      return `${head}  ${show(left)} → ${show(right)}`;
    case "same":
      return `${head}  ${show(left)}  the same in both, though they are kept apart`;
  }
}

function markOf(kind: EnvironmentDifference["kind"], left: ComparedValue | undefined): readonly [mark: string, style: Style] {
  switch (kind) {
    case "missing":
      return left === undefined ? ["+", "green"] : ["-", "red"];
    case "empty":
      return ["∅", "yellow"];
    case "type":
      return ["≈", "yellow"];
    case "value":
      return ["~", "cyan"];
    case "same":
      return ["=", "red"];
  }
}

function show(value: ComparedValue | undefined): string {
  if (value === undefined) return "(none)";
  return value.empty ? "(empty)" : `${value.type} ●${value.fingerprint}`;
}
