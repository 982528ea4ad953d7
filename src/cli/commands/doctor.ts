import { type DoctorFinding, examine, type FindingArea, SottoError } from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";

const TITLES: Readonly<Record<FindingArea, string>> = {
  keys: "keys",
  packages: "packages and programs",
  policy: "policy",
  trust: "trust",
};

const isBad = ({ state }: DoctorFinding): boolean => state === "weak" || state === "wrong";

export const doctor: Command = defineCommand({
  name: "doctor",
  summary: "say which keys you can use, what is trusted, and what is weak",
  description:
    "Looks at your identities, the keys and the rules of .sops.yaml, the packages that are there, and what may be used without asking; changes nothing and prints no secret. An area is keys, packages, policy or trust; without one all are looked at. What is weak or wrong comes with what mends it.",
  args: [{ name: "area", rest: true, optional: true }],
  flags: [
    { name: "online", type: "boolean", help: "wrap and unwrap a test key with every key of the rules; may ask for passphrases" },
    { name: "check", type: "boolean", help: "end with 206 when something is weak or wrong" },
  ],
  examples: ["sotto doctor", "sotto doctor --online", "sotto doctor policy trust --check"],
  async run(context) {
    const { flags, args, host, globals } = context;
    checkAreas(args.area);
    const all = await examine(host, { config: globals.config, online: flags.online });
    const findings = args.area.length === 0 ? all : all.filter(({ area }) => args.area.includes(area));
    const bad = findings.filter(isBad);
    context.result({ ok: bad.length === 0, findings });
    if (!context.json) show(context, findings);
    return flags.check && bad.length > 0 ? 206 : 0;
  },
});

/** @throws SottoError `USAGE` */
function checkAreas(areas: readonly string[]): void {
  const unknown = areas.find((area) => !Object.hasOwn(TITLES, area));
  if (unknown === undefined) return;
  throw new SottoError("USAGE", `doctor has no area ${JSON.stringify(unknown)}`, {
    hints: [`areas are ${Object.keys(TITLES).join(", ")}`],
  });
}

function show(context: Context, findings: readonly DoctorFinding[]): void {
  const line = (text: string): void => context.out(`${context.visible(text)}\n`);
  for (const [area, title] of Object.entries(TITLES)) {
    const own = findings.filter((one) => one.area === area);
    if (own.length === 0) continue;
    line(title);
    for (const one of own) {
      line(`  ${one.state.padEnd(6)}${placeOf(one)}${one.message}`);
      if (one.mend !== undefined && one.state !== "fine") line(`        → ${one.mend}`);
    }
  }
  const bad = findings.filter(isBad).length;
  line(bad === 0 ? "nothing is wrong" : `${bad} ${bad === 1 ? "thing" : "things"} to mend`);
}

function placeOf({ file, position, state }: DoctorFinding): string {
  if (file === undefined || position === undefined || state === "fine") return "";
  return `${file}:${position.line}:${position.column}: `;
}
