/** "Did you mean": which known name a mistyped one was meant to be. */

/** Names that people try and that no edit distance connects with the right one. */
const ALIASES: ReadonlyMap<string, readonly string[]> = new Map([
  ["aws", ["kms"]],
  ["aws_kms", ["kms"]],
  ["azure", ["azure_keyvault"]],
  ["azure_kv", ["azure_keyvault"]],
  ["filename_regex", ["path_regex"]],
  ["gcp", ["gcp_kms"]],
  ["gpg", ["pgp"]],
  ["hc_vault", ["hc_vault_transit_uri"]],
  ["hc_vault_transit", ["hc_vault_transit_uri", "hc_vault"]],
  ["hc_vault_transit_uri", ["hc_vault"]],
  ["path", ["path_regex", "files"]],
  ["regex", ["path_regex"]],
  ["threshold", ["shamir_threshold"]],
  ["vault", ["hc_vault_transit_uri", "hc_vault"]],
]);

/** @returns the known name that is meant, undefined if none is near */
export function suggest(name: string, known: readonly string[]): string | undefined {
  const plain = fold(name);
  const alias = ALIASES.get(plain)?.find((one) => known.includes(one));
  if (alias !== undefined) return alias;
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const one of known) {
    const allowed = one.length < 6 ? 1 : 2;
    if (Math.abs(one.length - plain.length) > allowed) continue;
    const distance = editDistance(plain, fold(one));
    if (distance <= allowed && distance < least) {
      best = one;
      least = distance;
    }
  }
  return best;
}

function fold(name: string): string {
  return name.trim().toLowerCase().replaceAll("-", "_");
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
export function editDistance(left: string, right: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + (same ? 0 : 1));
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        cost = Math.min(cost, (older[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    older = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}
