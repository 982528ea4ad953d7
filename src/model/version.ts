/** What `--version` prints and what new files carry. */

/** The release of sops whose behaviour sotto follows, and the `version` of new files. */
export const SOPS_VERSION = "3.13.3";

/** The same as in package.json, held together by a test: reading that file would cost time at every start. */
export const SOTTO_VERSION = "0.1.0";
