/** How long is waited before sotto locks itself, and before it ends; in milliseconds without a key. */
export const LOCK_AFTER: number = 10 * 60_000;
export const QUIT_AFTER: number = 30 * 60_000;
