/** Editing, by the sub-command and without one. The editors are programs that end by themselves. */
import type { Line } from "./replay.ts";

const EDITORS: readonly (readonly [suffix: string, file: string])[] = [
  ["yaml", "edited/app.yaml"],
  ["json", "edited/app.json"],
  ["env", "edited/app.env"],
  ["ini", "edited/app.ini"],
  ["bin", "edited/app.bin"],
];
const MODES: readonly (readonly string[])[] = [[], ["edit"]];

const edit = (argv: readonly string[], editor = "/bin/true", config?: string): Line => ({
  argv,
  env: { EDITOR: editor },
  ...(config === undefined ? {} : { config }),
});

const formats: Line[] = MODES.flatMap((mode) =>
  EDITORS.flatMap(([suffix, file]) => [
    edit([...mode, `enc.${suffix}`]),
    edit([...mode, `enc.${suffix}`], `/bin/cp ${file}`),
    edit([...mode, `plain-new.${suffix}`], `/bin/cp ${file}`, "rules"),
    edit([...mode, "--age", "$ANA", `new.${suffix}`], `/bin/cp ${file}`),
    edit([...mode, `plain-new.${suffix}`], "/bin/true", "rules"),
  ]),
);

const FILES = ["nowhere.yaml", "plain.yaml", "plain.json", "for-ben.yaml", "bad-mac.yaml", "no-mac.yaml", "bad-value.yaml", "broken.yaml"];
const files: Line[] = MODES.flatMap((mode) => FILES.map((file) => edit([...mode, file])));

const flags: Line[] = MODES.flatMap((mode) => [
  edit([...mode, "enc.yaml"], "/bin/false"),
  edit([...mode, "enc.yaml"], "/nowhere/editor"),
  edit([...mode, "enc.yaml"], "/bin/true", "narrow"),
  edit([...mode, "enc.yaml"], "/bin/true", "broken"),
  edit([...mode, "new.yaml"], "/bin/true", "narrow"),
  edit([...mode, "--ignore-mac", "bad-mac.yaml"]),
  edit([...mode, "-s", "enc.yaml"]),
  edit([...mode, "--show-master-keys", "enc.yaml"]),
  edit([...mode, "--decryption-order", "age,age", "enc.yaml"]),
  edit([...mode, "--input-type", "yaml", "--output-type", "yaml", "enc.yaml"], "/bin/cp edited/app.yaml"),
  edit([...mode, "--encrypted-regex", "^a$", "--age", "$ANA", "new.yaml"], "/bin/cp edited/app.yaml"),
  edit([...mode, "--encrypted-regex", "a", "--encrypted-suffix", "b", "--age", "$ANA", "new.yaml"]),
  edit([...mode, "--nonsense", "enc.yaml"]),
  edit([...mode, "--age"]),
  { argv: [...mode, "enc.yaml"], env: { EDITOR: "/bin/false", SOPS_EDITOR: "/bin/cp edited/app.yaml" } },
]);

const more: Line[] = [
  edit(["edit"]),
  edit(["edit", "--help"]),
  edit(["-i", "--output", "x", "enc.yaml"]),
  edit(["--add-age", "$BEN", "nowhere.yaml"]),
  edit(["enc.yaml", "-d"]),
  edit(["enc.yaml", "plain.yaml"]),
  edit(["--filename-override", "x.json", "enc.json"], "/bin/cp edited/app.json"),
  edit(["--", "-d", "enc.yaml"]),
  edit(["-"]),
];

export const EDIT_LINES: readonly Line[] = [...formats, ...files, ...flags, ...more];
