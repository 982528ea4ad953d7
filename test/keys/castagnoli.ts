/** CRC-32C by the definition, bit by bit (RFC 3720, appendix B.4). */
export function crc32(bytes: Uint8Array): number {
  let rest = 0xffffffffn;
  for (const byte of bytes) {
    rest ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) rest = (rest >> 1n) ^ ((rest & 1n) * 0x82f63b78n);
  }
  return Number(rest ^ 0xffffffffn);
}
