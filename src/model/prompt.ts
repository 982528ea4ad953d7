/** Asking the person at the terminal. Never goes through standard input or output; one question is put at a time. */
export interface Prompt {
  /** Shows a line. */
  tell(text: string): Promise<void>;

  /**
   * Asks for something that must not be seen; what is typed is not shown.
   * @returns bytes as they were typed, which the caller wipes
   * @throws SottoError `INTERRUPTED` when the person breaks off
   */
  askSecret(question: string): Promise<Uint8Array>;

  /** Asks for something that may be seen. @throws SottoError `INTERRUPTED` */
  askText(question: string): Promise<string>;

  /**
   * Lets the person choose.
   * @param no undefined when there is nothing to choose, only something to confirm
   * @returns true for `yes`
   * @throws SottoError `INTERRUPTED`
   */
  confirm(question: string, yes: string, no: string | undefined): Promise<boolean>;
}
