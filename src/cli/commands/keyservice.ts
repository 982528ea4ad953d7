import { openLines, serveKeys, untilEnded } from "../../index.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import { visible } from "../terminal.ts";

const NETWORK = "tcp";

export const keyservice: Command = defineCommand({
  name: "keyservice",
  summary: "let other processes use your keys",
  description:
    "Wraps and unwraps data keys for sotto and sops elsewhere (--keyservice there), with the identities and keys that are at hand here. Nothing proves who asks: whoever can connect can decrypt. With --network unix that is you alone, and this is what to use on one machine. On TCP any user of this machine can connect; other machines cannot, unless --allow-remote lets them. Ends with 0 when it is told to end.",
  args: [],
  flags: [
    { name: "network", type: "string", value: "name", help: "tcp (sops's and the default) or unix" },
    { name: "net", type: "string", help: "", hidden: true },
    {
      name: "address",
      type: "string",
      value: "address",
      help: "host:port (127.0.0.1:5000), or the path of a socket; its folder is made for you alone if it is missing",
    },
    { name: "addr", type: "string", help: "", hidden: true },
    { name: "prompt", type: "boolean", help: "ask before every answer; reads y or n from standard input" },
    { name: "allow-remote", type: "boolean", help: "listen where other machines can connect: they get your keys' work without a password" },
    { name: "verbose", type: "boolean", help: "report every request on standard error" },
  ],
  examples: [
    "sotto keyservice --network unix --address ~/.cache/sotto/keys.sock",
    "sotto keyservice --network unix --prompt",
    "sotto keyservice --address 127.0.0.1:5001 --verbose",
  ],
  async run(context) {
    const { flags, host } = context;
    let requests = 0;
    const report = flags.verbose || context.globals.verbose;
    // Before anything can happen: a signal must not leave a socket behind.
    const ended = untilEnded();
    using served = await serveKeys(host, {
      network: flags.network ?? flags.net ?? NETWORK,
      address: flags.address ?? flags.addr,
      allowRemote: flags["allow-remote"],
      ...(flags.prompt ? { approve: askHere(context) } : {}),
      onRequest: ({ method, key }, outcome) => {
        requests += 1;
        if (report) context.err(`${method} with ${inOneLine(key)}: ${inOneLine(outcome)}\n`);
      },
    });
    if (served.network === "tcp") {
      context.warn(
        flags["allow-remote"]
          ? "whoever can reach this address can decrypt with your keys; nothing is encrypted on the way"
          : "any user of this machine can decrypt with your keys; --network unix keeps them out",
      );
    } else if (served.shared) {
      context.warn("others may enter the folder of the socket; only its own mode keeps them out");
    }
    context.err(`listening on ${context.visible(served.uri)}\n`);
    const exit = await ended;
    context.result({ uri: served.uri, requests });
    return exit;
  },
});

/** The question is sops's; anything but y and n asks again. */
function askHere(context: Context): (request: { readonly method: string; readonly key: string }) => Promise<boolean> {
  const lines = openLines();
  const show = context.json ? context.err : context.out;
  return async ({ method, key }) => {
    for (;;) {
      // The name of the key comes from somebody else.
      show(`\nReceived ${method} request using ${inOneLine(key)}. Respond to request? (y/n): `);
      const answer = await lines.next();
      if (answer === undefined || answer.trim() === "n") return false;
      if (answer.trim() === "y") return true;
    }
  };
}

function inOneLine(text: string): string {
  return visible(text).replaceAll("\n", String.raw`\n`);
}
