/** The lines to which sotto answers otherwise on purpose, each for a row of the table of differences. */

export interface Deviation {
  /** The id in differences.ts. */
  readonly difference: string;
  /** Matches the line as typed. */
  readonly lines: RegExp;
  /** sotto's number, where it is not that of sops; then standard output stays empty and no file changes. */
  readonly exit?: number;
}

export const DEVIATIONS: readonly Deviation[] = [
  { difference: "version", lines: /^sops (?:--disable-version-check )?(?:--version(?! --help)|-v|-version)\b/ },
  { difference: "input-type", lines: /--(?:in|out)put-type (?:nonsense|YAML|yml) /, exit: 1 },
  { difference: "plaintext", lines: /^sops -e --age \$ANA -encrypted-(?:suffix t|regex '\^\(.*) plain\.env$/, exit: 204 },
  { difference: "plaintext", lines: /-encrypted-comment-regex who plain\.(?:yaml|json|ini|env)$/, exit: 204 },
  { difference: "plaintext", lines: /(?:-encrypted-regex '\('|-encrypted-regex zz|-unencrypted-regex '\(\?=x\)') plain\.yaml$/, exit: 204 },
  { difference: "plaintext", lines: /plain\.env plain\.env # two$/, exit: 204 },
  { difference: "set-numbers", lines: /(?:--set '\["\w+"\] -?5'|set enc\.\w+ '\["\w+"\]' '?-?5'?)/ },
  { difference: "set-refuses", lines: /^sops (?:-e|encrypt) --age \$ANA --output-type dotenv plain\.(?:yaml|json)$/, exit: 4 },
  { difference: "set-refuses", lines: /^sops (?:-r|set) --output-type dotenv enc\.json/, exit: 4 },
  { difference: "binary-suffix", lines: /^sops (?:rotate|set|--set .*) enc\.bin|\/app\.bin' sops (?:edit )?enc\.bin/ },
  { difference: "layout", lines: /--input-type (?:yaml|ini) --output-type (?:yaml|ini) (?:enc\.json|plain\.(?:yaml|json|env))$/ },
  { difference: "layout", lines: /\{"x": "y"\}/ },
  { difference: "layout", lines: / (?:-r|rotate|--set|set|unset) .*# indent$/ },
  { difference: "layout", lines: /--filename-override x\.json <<< / },
  { difference: "paths", lines: /^sops unset (?:--idempotent )?enc\.yaml 'name\]'$/ },
  { difference: "updatekeys-folder", lines: /^sops updatekeys -y folder # two$/, exit: 0 },
  { difference: "more-flags", lines: /^sops rotate --?ignore-mac(?:=\w+)? for-both\.yaml$/ },
  { difference: "rotate", lines: /-add-age[ =]\$BEN.* for-both\.yaml|for-both\.yaml --?add-age[ =]\$BEN$/ },
  { difference: "already", lines: /^sops -e --age \$ANA --output-type \w+ enc\.(?:yaml|json|env|ini)$/, exit: 203 },
  { difference: "set-refuses", lines: /--output-type (?:json|dotenv|binary) (?:enc\.)?many\.yaml$/, exit: 1 },
  { difference: "set-refuses", lines: /-encrypted-regex \S+ --output-type dotenv plain\.(?:yaml|json)$/, exit: 4 },
  { difference: "set-refuses", lines: /-encrypted-regex \S+ --output-type dotenv flat\.yaml$/, exit: 1 },
  { difference: "groups", lines: /^sops groups delete --file enc\.yaml 0$/, exit: 1 },
];
