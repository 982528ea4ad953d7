/** What a new file begins as in the editor: the keys and kinds of values of sops's examples (sops: §7.5). */
import { encodeText } from "../model/text.ts";
import type { FormatId } from "../model/tree.ts";

const WELCOME = "Welcome! Change this example as you like.";

const EXAMPLES: Readonly<Record<FormatId, string>> = {
  yaml: `hello: ${WELCOME}
example_key: example_value
# Example comment
example_array:
    - example_value1
    - example_value2
example_number: 1234.56789
example_booleans:
    - true
    - false
`,
  json: `{
	"hello": "${WELCOME}",
	"example_key": "example_value",
	"example_array": [
		"example_value1",
		"example_value2"
	],
	"example_number": 1234.56789,
	"example_booleans": [
		true,
		false
	]
}
`,
  dotenv: `# This is an example file.
hello=${WELCOME}
example_key=example_value
example_multiline=foo\\nbar\\nbaz
`,
  ini: `; This is an example file.
[Welcome!]
hello       = ${WELCOME}
example_key = example_value
`,
  binary: WELCOME,
};

export function exampleOf(format: FormatId): Uint8Array {
  return encodeText(EXAMPLES[format]);
}
