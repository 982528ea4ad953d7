import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ini } from "../../formats/ini.ts";
import { describeFormat } from "../contracts/format.ts";
import { countPrinted, countReadings, describeVectors } from "./stores.ts";

/** Document 24, with the second `d` under a name of its own. */
const DOCUMENT_24 = 'g=1\n; two\n# lines\n[s] ; sc\n  k   :   "v" ; inline\nk2=a\\\n b\nk3=`y;z`\n[s]\nd=e\n;end\n';

const line = fc.constantFrom(
  "a=1",
  "b = two words",
  'c="q v"',
  "d='s'",
  "e=`b;c`",
  'f="""t # u"""',
  'g="""m',
  'n"""',
  'n""" ; behind',
  "h=x \\",
  "  i=j",
  "k : l ; inline",
  "m=x#y",
  "n=",
  "o = ; empty",
  "-=p",
  '"q=r"=s',
  "`t`=u",
  "[s]",
  "[s] ; header",
  "  [u v]",
  "[DEFAULT]",
  "; comment",
  "# other",
  ";# mixed",
  "  ;; indented",
  "#",
  "",
  "   ",
  "v=é😀",
  "w=\uDC80",
  "y=`z` ; unseen",
  '"k"=secret value',
  "x=%(a)s",
);
const documents = fc
  .tuple(fc.array(line, { maxLength: 10 }), fc.constantFrom("\n", "\n", "\r\n"), fc.boolean(), fc.boolean())
  .map(([lines, end, closed, mark]) => (mark ? "\uFEFF" : "") + lines.join(end) + (closed && lines.length > 0 ? end : ""))
  // Taking a key "-" away renumbers those behind it.
  .filter((text) => text.split("-=p").length < 3);

describeFormat(ini, {
  samples: [
    DOCUMENT_24,
    DOCUMENT_24.trimEnd(),
    DOCUMENT_24.replaceAll("\n", "\r\n"),
    "",
    "\n\n",
    "a=1",
    "; only a comment\n",
    "#\n# a title block\n#\n\n[s]\nkey = a secret value\n\n\n",
    "; one\n\n  # two\nk = secret ; three\nl=2\n",
    '[s]\nk = """first\n  second""" ; behind the lines\n; tail of it\n',
  ],
  documents,
  // sops prints lines with a mark of their own, loses marks that are doubled, and empty comments.
  comment: (text) => text.replaceAll(/^[#; \t]+|[ \t\r]+$/gm, "") || undefined,
  refused: [
    ["[s]\nd=1\nd=2\n", "INI_UNSUPPORTED", 3],
    ["[s\n", "INI_INVALID", 1],
    ["[]\n", "INI_INVALID", 1],
    ["[s] secret\n", "INI_UNSUPPORTED", 1],
    ["k=`a` secret\n", "INI_UNSUPPORTED", 1],
    ['"k" secret=1\n', "INI_UNSUPPORTED", 1],
    ['a=1\nk="""b\nc', "INI_INVALID", 2],
    ["a=1\nsecret\n", "INI_INVALID", 2],
    ["=v\n", "INI_INVALID", 1],
    ['""=v\n', "INI_INVALID", 1],
    ['"k=v\n', "INI_INVALID", 1],
    ["[sops]\na=1\n[sops]\n", "METADATA_INVALID", 3],
  ],
});

describeVectors(ini, ".ini");

describe("sops's own readings and prints", () => {
  test("are ours", () => {
    expect(countReadings(ini)).toEqual({});
  });

  test("prints", () => {
    expect(countPrinted(ini)).toEqual({ same: 250 });
  });
});
