/**
 * age plugins (C2SP age-plugin): programs named age-plugin-NAME that wrap for recipients `age1NAME1…` and unwrap with
 * identities `AGE-PLUGIN-NAME-1…`. They are told nothing but what they have to wrap or unwrap, and their questions go to
 * the person at the terminal.
 */
import { randomInt } from "node:crypto";
import { Stanza } from "age-encryption";
import type { Identity, Recipient } from "age-encryption";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext, PluginMachine, RunningPlugin } from "../../src/model/keys.ts";
import { encodeMessage, MalformedMessage, MessageReader, readText, readTextArgument } from "./plugin-wire.ts";
import type { Message } from "./plugin-wire.ts";
import { SourceError } from "./problems.ts";

const FILE_KEY_LENGTH = 16;
/** How long a plugin may be silent, in seconds, unless `SOTTO_PLUGIN_TIMEOUT` says otherwise (0: for ever). */
const DEFAULT_TIMEOUT = 60;
/** Longest text of a plugin that becomes part of a message. */
const MAX_REASON = 500;

export function pluginRecipient(name: string, recipient: string, context: KeyContext): Recipient {
  return {
    wrapFileKey: (fileKey: Uint8Array): Promise<Stanza[]> =>
      run(
        name,
        "recipient-v1",
        context,
        [
          ["add-recipient", [recipient]],
          ["wrap-file-key", [], fileKey],
        ],
        wrapMachine(),
      ),
  };
}

/** @param identity the line `AGE-PLUGIN-…`, kept and sent as bytes */
export function pluginIdentity(name: string, identity: Uint8Array, context: KeyContext): Identity {
  return {
    unwrapFileKey: (stanzas: Stanza[]): Promise<Uint8Array | null> =>
      run(
        name,
        "identity-v1",
        context,
        [["add-identity", [identity]], ...stanzas.map(({ args, body }): Opening => ["recipient-stanza", ["0", ...args], body])],
        unwrapMachine(),
      ),
  };
}

type Opening = readonly [type: string, args: readonly (string | Uint8Array)[], body?: Uint8Array];

/** What one half of the protocol makes of the plugin's messages. */
interface Machine<T> {
  /** @returns false for a message that is none of its own */
  take(message: Message): boolean;
  /** What came of it, when the plugin is done. @param errors what the plugin reported */
  finish(errors: readonly string[]): T;
}

function wrapMachine(): Machine<Stanza[]> {
  const stanzas: Stanza[] = [];
  return {
    take({ type, args, body }) {
      if (type !== "recipient-stanza") return false;
      const [index, ...rest] = args;
      // There is one file key, with the index 0.
      if (index !== "0" || rest.length === 0) throw new MalformedMessage("malformed recipient-stanza");
      stanzas.push(new Stanza([...rest], body));
      return true;
    },
    finish(errors) {
      if (errors.length > 0) throw new SourceError(errors.join("; "));
      if (stanzas.length === 0) throw new SourceError("it wrapped the key for nobody");
      return stanzas;
    },
  };
}

function unwrapMachine(): Machine<Uint8Array | null> {
  let fileKey: Uint8Array | undefined;
  return {
    take({ type, args, body }) {
      if (type !== "file-key") return false;
      if (args.length !== 1 || args[0] !== "0" || body.length !== FILE_KEY_LENGTH || fileKey !== undefined) {
        body.fill(0);
        throw new MalformedMessage("malformed file-key");
      }
      fileKey = body;
      return true;
    },
    finish(errors) {
      // It may have had trouble with one way to the key, and found another.
      if (fileKey === undefined && errors.length > 0) throw new SourceError(errors.join("; "));
      return fileKey ?? null;
    },
  };
}

async function run<T>(
  name: string,
  machine: PluginMachine,
  context: KeyContext,
  opening: readonly Opening[],
  half: Machine<T>,
): Promise<T> {
  const plugin = await start(name, machine, context);
  try {
    return await new Conversation(name, plugin, context).hold(opening, half);
  } catch (error) {
    if (SottoError.is(error)) throw error;
    const reason = error instanceof MalformedMessage || error instanceof SourceError ? error.message : "it failed";
    throw new SourceError(`age-plugin-${name}: ${reason}`, error instanceof SourceError ? error.hints : []);
  } finally {
    await plugin.stop();
  }
}

async function start(name: string, machine: PluginMachine, context: KeyContext): Promise<RunningPlugin> {
  try {
    if (context.startPlugin === undefined) throw new SourceError(`age-plugin-${name} cannot be started here`);
    return await context.startPlugin(name, machine);
  } catch (error) {
    context.signal?.throwIfAborted();
    if (SottoError.is(error) && error.code === "PLUGIN_UNAVAILABLE") throw new SourceError(error.message, error.hints);
    throw error;
  }
}

class Conversation {
  readonly #name: string;
  readonly #plugin: RunningPlugin;
  readonly #context: KeyContext;
  readonly #reader: MessageReader;
  /** In milliseconds. */
  readonly #timeout: number;
  /** A message to the person may ask them to touch a device: nobody knows how long that takes. */
  #personActs = false;

  constructor(name: string, plugin: RunningPlugin, context: KeyContext) {
    this.#name = name;
    this.#plugin = plugin;
    this.#context = context;
    this.#reader = new MessageReader(() => plugin.read());
    const seconds = Number(context.env["SOTTO_PLUGIN_TIMEOUT"] || DEFAULT_TIMEOUT);
    this.#timeout = (Number.isFinite(seconds) && seconds >= 0 ? seconds : DEFAULT_TIMEOUT) * 1000;
  }

  async hold<T>(opening: readonly Opening[], half: Machine<T>): Promise<T> {
    for (const [type, args, body] of opening) await this.#send(type, args, body);
    // Keeps plugins tolerant of what they do not know (C2SP age-plugin, "grease").
    await this.#send(`grease-${randomInt(2 ** 32).toString(16)}`, [randomInt(100).toString()]);
    await this.#send("done");
    const errors: string[] = [];
    for (;;) {
      const message = await this.#next();
      if (message === undefined && errors.length === 0) throw new SourceError("it ended early");
      if (message === undefined || message.type === "done") return half.finish(errors);
      if (message.type === "error") {
        errors.push(describe(message.body));
        await this.#send("ok");
      } else if (half.take(message)) await this.#send("ok");
      else await this.#answer(message);
    }
  }

  #send(type: string, args: readonly (string | Uint8Array)[] = [], body?: Uint8Array): Promise<void> {
    return this.#plugin.write(encodeMessage(type, args, body));
  }

  async #next(): Promise<Message | undefined> {
    const personActs = this.#personActs;
    this.#personActs = false;
    const message = await (personActs || this.#timeout === 0 ? this.#reader.next() : this.#inTime(this.#reader.next()));
    this.#context.signal?.throwIfAborted();
    return message;
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, fail) => {
      const seconds = this.#timeout / 1000;
      timer = setTimeout(() => {
        fail(new SourceError(`it has said nothing for ${seconds} s`, ["SOTTO_PLUGIN_TIMEOUT=SECONDS lets it take longer, 0 for ever"]));
      }, this.#timeout);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Requests to the person. What is not known is said to be unsupported, as the protocol wants it. */
  async #answer({ type, args, body }: Message): Promise<void> {
    const { prompt } = this.#context;
    const text = `age-plugin-${this.#name}: ${readText(body)}`;
    if (!["msg", "request-public", "request-secret", "confirm"].includes(type)) return this.#send("unsupported");
    if (type === "confirm" && args.length !== 1 && args.length !== 2) throw new MalformedMessage("malformed confirm");
    if (prompt === undefined) return this.#send("fail");
    if (type === "msg") {
      await prompt.tell(text);
      this.#personActs = true;
      return this.#send("ok");
    }
    if (type === "confirm") {
      const [yes = "", no] = args.map(readTextArgument);
      return this.#send("ok", [(await prompt.confirm(text, yes, no)) ? "yes" : "no"]);
    }
    if (type === "request-public") return this.#send("ok", [], new TextEncoder().encode(await prompt.askText(text)));
    const secret = await prompt.askSecret(text);
    try {
      return await this.#send("ok", [], secret);
    } finally {
      secret.fill(0);
    }
  }
}

/** One line, of a sensible length. */
function describe(body: Uint8Array): string {
  const text = readText(body.subarray(0, MAX_REASON))
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ")
    .trim();
  return text === "" ? "it reported an error without a reason" : text;
}
