/** What becomes of a file in another format, in all spellings. */
import type { Line } from "./replay.ts";

const FORMATS = ["yaml", "json", "dotenv", "ini", "binary"];
const OUTPUTS = [[], ...FORMATS.map((format) => ["--output-type", format])];
const DECRYPT = [["-d"], ["decrypt"]];
const ENCRYPT = [
  ["-e", "--age", "$ANA"],
  ["encrypt", "--age", "$ANA"],
];
const SAMPLES = ["enc.yaml", "enc.json", "enc.env", "enc.ini", "enc.bin"];
const SHAPES = ["enc.nested.yaml", "enc.nested.json", "enc.many.yaml", "enc.flat.yaml", "enc.sections.yaml", "enc.text.yaml"];
const PLAINS = [
  "plain.yaml",
  "plain.json",
  "plain.env",
  "plain.ini",
  "plain.bin",
  "flat.yaml",
  "sections.yaml",
  "nested.yaml",
  "text.yaml",
];

const line = (...argv: readonly string[]): Line => ({ argv });

const decrypting: Line[] = [...SAMPLES, ...SHAPES].flatMap((file) =>
  OUTPUTS.flatMap((output) => DECRYPT.map((mode) => line(...mode, ...output, file))),
);

const encrypting: Line[] = PLAINS.flatMap((file) => OUTPUTS.flatMap((output) => ENCRYPT.map((mode) => line(...mode, ...output, file))));

/** Read as another format than the name says. */
const misread: Line[] = ["enc.yaml", "enc.json", "enc.env", "enc.ini"].flatMap((file) =>
  FORMATS.map((format) => line("-d", "--input-type", format, "--output-type", format, file)),
);
const misreadPlain: Line[] = ["plain.yaml", "plain.json", "plain.env", "plain.ini"].flatMap((file) =>
  FORMATS.map((format) => line("-e", "--age", "$ANA", "--input-type", format, "--output-type", format, file)),
);

const overridden: Line[] = DECRYPT.flatMap((mode) =>
  ["x.yaml", "x.json", "x.env", "x.ini", "x.bin", "x.yml", "x.YAML", ".env", "x.env.local", "sub/x.yaml"].map((name) =>
    line(...mode, "--filename-override", name, name.startsWith("x.j") ? "enc.json" : "enc.yaml"),
  ),
);

const extracted: Line[] = DECRYPT.flatMap((mode) =>
  [
    [
      "enc.yaml",
      ['["name"]', '["port"]', '["ratio"]', '["debug"]', '["empty"]', '["nothing"]', "['name']", "", '["zz"]', '["name"][0]', '["name'],
    ],
    ["enc.json", ['["name"]', '["port"]', '["ratio"]', '["debug"]', '["nothing"]']],
    [
      "enc.nested.yaml",
      [
        '["db"]',
        '["db"]["ports"]',
        '["db"]["ports"][1]',
        '["db"]["users"][0]',
        '["db"]["users"][1]["admin"]',
        '["db"]["ports"][9]',
        '["when"]',
      ],
    ],
    ["enc.nested.json", ['["db"]', '["db"]["ports"]', '["db"]["ports"][0]']],
    ["enc.env", ['["NAME"]', '["zz"]']],
    ["enc.ini", ['["db"]', '["db"]["host"]', '["zz"]["host"]']],
    ["enc.bin", ['["data"]']],
    ["enc.many.yaml", ['["a"]', '["b"]']],
  ].flatMap(([file, paths]) => (paths as string[]).map((path) => line(...mode, "--extract", path, file as string))),
);

const extractedInto: Line[] = FORMATS.flatMap((format) =>
  ['["db"]', '["db"]["ports"]', '["db"]["ports"][0]', '["db"]["host"]'].map((path) =>
    line("-d", "--extract", path, "--output-type", format, "enc.nested.yaml"),
  ),
);

/** Rewritten in another format. */
const rewritten: Line[] = FORMATS.flatMap((format) =>
  ["enc.flat.yaml", "enc.json", "enc.env", "enc.text.yaml"].flatMap((file) => [
    line("-r", "--output-type", format, file),
    line("set", "--output-type", format, file, file === "enc.env" ? '["NAME"]' : '["data"]', '"new"'),
  ]),
);

/** What is encrypted already, and what has several documents. */
const again: Line[] = SAMPLES.flatMap((file) => OUTPUTS.map((output) => line("-e", "--age", "$ANA", ...output, file)));
const several: Line[] = OUTPUTS.flatMap((output) => [
  line("-e", "--age", "$ANA", ...output, "many.yaml"),
  line("-r", ...output, "enc.many.yaml"),
  line("--set", '["a"] "x"', ...output, "enc.many.yaml"),
  line("-r", "--shamir-secret-sharing-threshold", "1", ...output, "enc.nested.yaml"),
]);

/** Plain values of all types beside encrypted ones. */
const partly: Line[] = OUTPUTS.flatMap((output) => [
  line("-d", ...output, "regex.yaml"),
  line("-r", ...output, "regex.yaml"),
  line("--set", '["token_unencrypted"] "x"', ...output, "regex.yaml"),
  ...["plain.yaml", "flat.yaml", "sections.yaml", "nested.yaml", "plain.json", "plain.ini"].map((file) =>
    line("-e", "--age", "$ANA", "--encrypted-regex", "^(name|NAME|HOST|host)$", ...output, file),
  ),
]);

const indented: Line[] = ["0", "1", "2", "3", "8"].flatMap((indent) => [
  ...["enc.nested.yaml", "enc.nested.json", "enc.env"].map((file) => line("--indent", indent, "-d", file)),
  line("--indent", indent, "decrypt", "--output-type", "json", "enc.nested.yaml"),
  line(`--indent=${indent}`, "-d", "--output-type", "yaml", "enc.nested.json"),
  line("--indent", indent, "-e", "--age", "$ANA", "nested.json"),
]);

export const FORMAT_LINES: readonly Line[] = [
  ...decrypting,
  ...encrypting,
  ...misread,
  ...misreadPlain,
  ...overridden,
  ...extracted,
  ...extractedInto,
  ...rewritten,
  ...again,
  ...several,
  ...partly,
  ...indented,
];
