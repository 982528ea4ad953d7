/** The files that every command line finds in its folder. Those in {@link ENCRYPTED} are made by the real sops when answers are recorded. */
export const PLAIN: Readonly<Record<string, string>> = {
  "plain.yaml": 'name: app\nport: 8080\nratio: 0.5\ndebug: true\nempty: ""\nnothing: null\n',
  "plain.json": '{\n\t"name": "app",\n\t"port": 8080,\n\t"ratio": 0.5,\n\t"debug": true,\n\t"empty": "",\n\t"nothing": null\n}\n',
  "plain.env": "NAME=app\nPORT=8080\n# a note\nEMPTY=\n",
  "plain.ini": "[db]\nhost = localhost\nport = 5432\n\n[web]\nhost = example.org\n",
  "plain.bin": "some bytes\nof a file\n",
  "nested.yaml":
    "# who to ask\ndb:\n    host: localhost\n    ports:\n        - 1\n        - 2\n    users:\n        - name: ana\n          admin: true\n        - name: ben\n          admin: false\ntoken_unencrypted: seen\nwhen: 2024-01-02T03:04:05Z\n",
  "nested.json":
    '{\n\t"db": {\n\t\t"host": "localhost",\n\t\t"ports": [\n\t\t\t1,\n\t\t\t2\n\t\t]\n\t},\n\t"token_unencrypted": "seen"\n}\n',
  "many.yaml": "a: 1\n---\nb: 2\n",
  "flat.yaml": "HOST: localhost\nPORT: 5432\nUSE: true\nLEVEL: 1.5\n",
  "sections.yaml": "db:\n    host: localhost\n    port: 5432\nweb:\n    host: example.org\n",
  "text.yaml": "data: just a text\n",
  "broken.yaml": "a: [1\nb: }\n",
  "broken.json": '{"a": 1',
  "broken.env": "no equals sign\n",
  "broken.ini": "[part\nx\n",
  "empty.yaml": "",
  "empty.json": "",
  "empty.env": "",
  "empty.ini": "",
  "empty.bin": "",
  "reserved.yaml": "sops: mine\na: 1\n",
  "value.json": '"from a file"',
  "edited/app.yaml": "a: new\nb: 2\n",
  "edited/app.json": '{\n\t"a": "new"\n}\n',
  "edited/app.env": "A=new\nB=2\n",
  "edited/app.ini": "[a]\nb = new\n",
  "edited/app.bin": "other bytes\n",
  "folder/inner.yaml": "a: 1\n",
  "config/rules.yaml": "creation_rules:\n  - path_regex: plain\n    age: $ANA\n",
  "config/narrow.yaml": "creation_rules:\n  - path_regex: nothing-is-called-so\n    age: $ANA\n",
  "config/two.yaml": "creation_rules:\n  - age: $ANA,$BEN\n    encrypted_regex: ^(port|host)$\n",
  "config/broken.yaml": "creation_rules: [\n",
  "config/indent.yaml": "stores:\n  yaml:\n    indent: 2\n  json:\n    indent: 3\n",
};

/** Name, plain source, and the flags with which sops encrypts it. */
export const ENCRYPTED: readonly (readonly [name: string, source: string, flags: readonly string[]])[] = [
  ["enc.yaml", "plain.yaml", []],
  ["enc.json", "plain.json", []],
  ["enc.env", "plain.env", []],
  ["enc.ini", "plain.ini", []],
  ["enc.bin", "plain.bin", []],
  ["enc.nested.yaml", "nested.yaml", []],
  ["enc.nested.json", "nested.json", []],
  ["enc.many.yaml", "many.yaml", []],
  ["enc.flat.yaml", "flat.yaml", []],
  ["enc.sections.yaml", "sections.yaml", []],
  ["enc.text.yaml", "text.yaml", []],
  ["for-ben.yaml", "flat.yaml", ["--age", "$BEN"]],
  ["for-both.yaml", "flat.yaml", ["--age", "$ANA,$BEN"]],
  ["regex.yaml", "nested.yaml", ["--encrypted-regex", "^(host|name)$"]],
];

/** Encrypted files with one thing wrong: name, encrypted source, what is replaced. */
export const DAMAGED: readonly (readonly [name: string, source: string, from: RegExp, to: string])[] = [
  ["bad-mac.yaml", "enc.nested.yaml", /^token_unencrypted: seen$/m, "token_unencrypted: changed"],
  ["bad-mac.json", "enc.nested.json", /"seen"/, '"changed"'],
  ["bad-mac.env", "enc.env", /^PORT=.*\n/m, ""],
  ["no-mac.yaml", "enc.yaml", /^ {4}mac: .*\n/m, ""],
  ["bad-value.yaml", "enc.yaml", /^name: ENC\[AES256_GCM,data:./m, "name: ENC[AES256_GCM,data:/"],
];
