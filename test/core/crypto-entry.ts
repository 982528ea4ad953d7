/** All of `src/crypto` in one bundle, to be held against itself on the other primitives. */
export { decodeBase64, encodeBase64 } from "../../src/crypto/base64.ts";
export { drawName, equalBytes, joinBytes } from "../../src/crypto/bytes.ts";
export { DataKey } from "../../src/crypto/data-key.ts";
export { openValue, parseToken, sealValue } from "../../src/crypto/envelope.ts";
export { equalMac, MacHasher, openMac, sealMac } from "../../src/crypto/mac.ts";
export { openResidue, sealResidue } from "../../src/crypto/residue.ts";
export { combineShares, splitSecret } from "../../src/crypto/shamir.ts";
