/** Calls to key services: how long, how often, how many at once, how many for the same key, and how they end. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { callNetwork, NETWORK_LIMITS, unwrapOnce, watchNetwork } from "../../src/keyring/network.ts";
import { recoverDataKey } from "../../src/keyring/recover.ts";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext, MasterKey } from "../../src/model/keys.ts";
import { type KeyProvider, TransientError } from "../../src/model/provider.ts";
import { failureOf, fakeContext } from "../keys/context.ts";

afterEach(() => vi.restoreAllMocks());

const QUICK = { ...NETWORK_LIMITS, firstDelay: 1, longestDelay: 1 };
const DATA_KEY = Uint8Array.from({ length: 32 }, (_, at) => at + 1);

const keyOf = (label: string, provider = "kms"): MasterKey => ({ provider, label, wrapped: `wrapped ${label}`, stored: {} });

/** Rejects when the signal ends it, and never resolves. */
function untilEnded(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(new Error("ended"));
    if (signal?.aborted === true) end();
    signal?.addEventListener("abort", end);
  });
}

type Behaviour = (signal: AbortSignal | undefined) => Promise<Uint8Array>;
const answer: Behaviour = async () => Uint8Array.from(DATA_KEY);
const fail: Behaviour = async () => {
  throw new SottoError("DATA_KEY_UNAVAILABLE", "no");
};

const throttled = async (): Promise<never> => {
  throw new TransientError("throttled");
};

function codeOf(error: Error): string {
  return SottoError.is(error) ? error.code : error.message;
}

describe("a call is made again", () => {
  test.each([
    [0, [0, 0, 0, 0]],
    [0.5, [100, 200, 400, 800]],
    [0.999_999, [200, 400, 800, 1600]],
  ])("after any part of a time that doubles: with chance at %d after %j milliseconds", async (chance, expected) => {
    vi.spyOn(Math, "random").mockReturnValue(chance);
    const waits: number[] = [];
    const { setTimeout: real } = globalThis;
    vi.spyOn(globalThis, "setTimeout").mockImplementation((work, time = 0) => {
      waits.push(Math.round(time));
      return real(work, 0);
    });
    let calls = 0;
    const call = async (): Promise<never> => {
      calls += 1;
      throw new TransientError(`throttled ${calls}`, { hints: ["ask for more"] });
    };
    const error = await failureOf(callNetwork(fakeContext(), "DATA_KEY_UNAVAILABLE", call));
    expect(error).toMatchObject({ code: "DATA_KEY_UNAVAILABLE", message: "throttled 5", hints: ["ask for more"] });
    expect(waits).toEqual(expected);
  });

  test("until it succeeds, and never for a reason that stays", async () => {
    let calls = 0;
    const call = async (): Promise<string> => {
      calls += 1;
      if (calls < 3) throw new TransientError("busy");
      return "done";
    };
    expect(await callNetwork(fakeContext(), "WRAP_FAILED", call, undefined, QUICK)).toBe("done");
    expect(calls).toBe(3);
    const denied = new SottoError("WRAP_FAILED", "denied");
    const refuse = vi.fn<() => Promise<never>>().mockRejectedValue(denied);
    expect(await failureOf(callNetwork(fakeContext(), "WRAP_FAILED", refuse, undefined, QUICK))).toBe(denied);
    expect(refuse).toHaveBeenCalledTimes(1);
  });
});

describe("a call without an answer", () => {
  test("is given 10 seconds, and all tries 30", () => {
    expect(NETWORK_LIMITS).toMatchObject({ oneCall: 10_000, allCalls: 30_000 });
  });

  test("is ended and made again, until the time for all is over", async () => {
    let calls = 0;
    const call = async (signal: AbortSignal): Promise<never> => {
      calls += 1;
      return untilEnded(signal);
    };
    const limits = { ...QUICK, oneCall: 40, allCalls: 100 };
    const error = await failureOf(callNetwork(fakeContext(), "DATA_KEY_UNAVAILABLE", call, undefined, limits));
    expect(codeOf(error)).toBe("DATA_KEY_UNAVAILABLE");
    expect(error.message).toMatch(/^no answer in 0\.(?:1|04) seconds/);
    expect(calls).toBeGreaterThan(1);
    expect(calls).toBeLessThan(5);
  });

  test("says after the last try how long one was waited for", async () => {
    const limits = { ...QUICK, oneCall: 5, tries: 2 };
    const error = await failureOf(callNetwork(fakeContext(), "WRAP_FAILED", untilEnded, undefined, limits));
    expect(error).toMatchObject({ code: "WRAP_FAILED", message: "no answer in 0.005 seconds" });
  });

  test("ends at once when the user ends the command, also in the pause before the next try and in the queue", async () => {
    const user = new AbortController();
    const context = fakeContext({ signal: user.signal });
    const slow = { ...NETWORK_LIMITS, firstDelay: 20_000, longestDelay: 20_000 };
    vi.spyOn(Math, "random").mockReturnValue(0.9);
    const calls = [
      callNetwork(context, "WRAP_FAILED", throttled, undefined, slow),
      ...Array.from({ length: 24 }, () => callNetwork(context, "WRAP_FAILED", untilEnded)),
    ].map((call) => failureOf(call));
    setTimeout(() => user.abort(), 20);
    const start = performance.now();
    expect(new Set((await Promise.all(calls)).map(codeOf))).toEqual(new Set(["WRAP_FAILED"]));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

test("sixteen calls are made at once, and a place is free again after a failure", async () => {
  const context = fakeContext();
  let [running, most, made] = [0, 0, 0];
  const call = async (): Promise<number> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 2));
    running -= 1;
    made += 1;
    if (made % 3 === 0) throw new SottoError("WRAP_FAILED", "no");
    return made;
  };
  const results = await Promise.allSettled(Array.from({ length: 40 }, () => callNetwork(context, "WRAP_FAILED", call)));
  expect({ most, made }).toEqual({ most: 16, made: 40 });
  expect(results.filter(({ status }) => status === "rejected")).toHaveLength(13);
  await Promise.allSettled(Array.from({ length: 20 }, () => callNetwork(context, "WRAP_FAILED", call)));
  expect(most).toBe(16);
});

test("who watches is told when the next call begins, and once", async () => {
  const context = fakeContext();
  using watch = watchNetwork(context);
  let told = false;
  const seen = watch.began.then(() => (told = true));
  await Promise.resolve();
  expect(told).toBe(false);
  const call = callNetwork(context, "WRAP_FAILED", async () => "done");
  await seen;
  expect(await call).toBe("done");
});

describe("one call for the same wrapped key", () => {
  test("while it is made and after it; every caller has a copy to wipe", async () => {
    const context = fakeContext();
    const unwrap = vi.fn<() => Promise<Uint8Array>>(async () => Uint8Array.from(DATA_KEY));
    const together = await Promise.all([1, 2, 3].map(() => unwrapOnce(context, keyOf("a"), unwrap)));
    for (const one of together) one.fill(0);
    expect(await unwrapOnce(context, keyOf("a"), unwrap)).toEqual(DATA_KEY);
    expect(unwrap).toHaveBeenCalledTimes(1);
  });

  test("and another one for another key, another command, and after a failure", async () => {
    const context = fakeContext();
    const unwrap = vi.fn<() => Promise<Uint8Array>>(async () => Uint8Array.from(DATA_KEY));
    unwrap.mockRejectedValueOnce(new SottoError("DATA_KEY_UNAVAILABLE", "no"));
    expect(codeOf(await failureOf(unwrapOnce(context, keyOf("a"), unwrap)))).toBe("DATA_KEY_UNAVAILABLE");
    await unwrapOnce(context, keyOf("a"), unwrap);
    await unwrapOnce(context, keyOf("b"), unwrap);
    await unwrapOnce(context, { ...keyOf("a"), wrapped: "another" }, unwrap);
    await unwrapOnce(fakeContext(), keyOf("a"), unwrap);
    expect(unwrap).toHaveBeenCalledTimes(5);
  });

  test("which, ended because it is not needed for one file, is made for the other that waits for it", async () => {
    const context = fakeContext();
    const first = new AbortController();
    const ended = failureOf(unwrapOnce(context, keyOf("a"), () => untilEnded(first.signal), first.signal));
    const unwrap = vi.fn<() => Promise<Uint8Array>>(async () => Uint8Array.from(DATA_KEY));
    const others = [1, 2].map(() => unwrapOnce(context, keyOf("a"), unwrap));
    first.abort();
    expect((await ended).message).toBe("ended");
    expect(await Promise.all(others)).toEqual([DATA_KEY, DATA_KEY]);
    expect(unwrap).toHaveBeenCalledTimes(1);
  });
});

describe("the keys of a group", () => {
  const COSTS: Readonly<Record<string, KeyProvider["cost"]>> = { age: "local", pgp: "agent", kms: "network", hc_vault: "network" };

  function setup(behaviours: Readonly<Record<string, Behaviour>>, signal?: AbortSignal) {
    const asked: string[] = [];
    const ended: string[] = [];
    const context: KeyContext = fakeContext(signal === undefined ? {} : { signal });
    const findProvider = (id: string): KeyProvider =>
      ({
        id,
        cost: COSTS[id],
        async unwrap(key: MasterKey, _: KeyContext, stop?: AbortSignal) {
          asked.push(key.label);
          stop?.addEventListener("abort", () => ended.push(key.label));
          return (behaviours[key.label] ?? fail)(stop);
        },
      }) as unknown as KeyProvider;
    return { asked, ended, options: { context, findProvider } };
  }
  const group = [keyOf("v", "hc_vault"), keyOf("k"), keyOf("p", "pgp"), keyOf("a", "age")];

  test("are tried in the order local, agent, network; what is near and opens keeps from asking further", async () => {
    const near = setup({ p: answer });
    await recoverDataKey([group], 0, near.options);
    expect(near.asked).toEqual(["a", "p"]);
    const far = setup({ k: answer });
    await recoverDataKey([group], 0, far.options);
    expect(far.asked).toEqual(["a", "p", "v", "k"]);
  });

  test("far away are asked together, and the first answer ends the others", async () => {
    const { asked, ended, options } = setup({ v: untilEnded, k: answer });
    const { dataKey, reports } = await recoverDataKey([[keyOf("v", "hc_vault"), keyOf("k")]], 0, options);
    expect(dataKey).toEqual(DATA_KEY);
    expect(asked).toEqual(["v", "k"]);
    expect(ended).toContain("v");
    expect(reports[0]?.keys.map(({ label, outcome }) => `${label} ${outcome}`)).toEqual(["v untried", "k unwrapped"]);
  });

  test("end at once with the command, which says that it was interrupted", async () => {
    const user = new AbortController();
    const { ended, options } = setup({ v: untilEnded, k: untilEnded }, user.signal);
    setTimeout(() => user.abort(), 10);
    const start = performance.now();
    expect(codeOf(await failureOf(recoverDataKey([group], 0, options)))).toBe("INTERRUPTED");
    expect(performance.now() - start).toBeLessThan(2000);
    expect(ended.toSorted()).toEqual(["k", "v"]);
  });
});
