/** Questions of keys (a passphrase, a PIN) while the screen is shown: the terminal is lent to them, and comes back with the answer. */
import type { Prompt } from "../../model/prompt.ts";

/** @param lend gives the terminal away for so long */
export function lendPrompt(prompt: Prompt, lend: (run: () => Promise<void>) => Promise<void>): Prompt {
  const during = async <T>(ask: () => Promise<T>): Promise<T> => {
    let answer: { readonly value: T } | undefined;
    await lend(async () => {
      answer = { value: await ask() };
    });
    if (answer === undefined) throw new TypeError("the terminal was not lent");
    return answer.value;
  };
  return {
    tell: (text) => during(() => prompt.tell(text)),
    askSecret: (question) => during(() => prompt.askSecret(question)),
    askText: (question) => during(() => prompt.askText(question)),
    confirm: (question, yes, no) => during(() => prompt.confirm(question, yes, no)),
  };
}
