/** What is aimed at, as quotients sotto / sops: CPU time, wall clock and memory, by the name of the row. */

interface Goal {
  readonly cpu?: number;
  readonly wall?: number;
  readonly memory?: number;
}

export const GOALS: Readonly<Record<string, Goal>> = {
  "decrypt 10 YAML": { cpu: 2.2, memory: 1.6 },
  "encrypt 10 YAML": { cpu: 2.4, memory: 1.6 },
  "decrypt 10 YAML, five rules and encrypted_regex": { cpu: 2.6 },
  "encrypt 10 YAML, five rules and encrypted_regex": { cpu: 2.8 },
  "decrypt 1k YAML": { cpu: 1 },
  "decrypt 1k JSON": { cpu: 2.1 },
  "decrypt 1k dotenv": { cpu: 2.1 },
  "encrypt 1k YAML": { cpu: 1.3 },
  "encrypt 1k JSON": { cpu: 2.5 },
  "encrypt 1k dotenv": { cpu: 3 },
  "decrypt 10k YAML": { cpu: 0.4, memory: 1.2 },
  "decrypt 10k JSON": { cpu: 0.5, memory: 1.2 },
  "decrypt 10k dotenv": { cpu: 1.2, memory: 1.6 },
  "encrypt 10k YAML": { cpu: 0.65, memory: 1.2 },
  "encrypt 10k JSON": { cpu: 0.55, memory: 1.2 },
  "encrypt 10k dotenv": { cpu: 3, memory: 1.6 },
  "decrypt 100k YAML": { cpu: 0.2, memory: 0.8 },
  "encrypt 100k YAML": { cpu: 0.45, memory: 0.8 },
  "set in 10k YAML": { cpu: 0.5 },
  "edit 10 YAML": { cpu: 2.6 },
  "edit 10k YAML": { cpu: 0.65 },
  "updatekeys of 200 files, one process": { cpu: 1.5 },
  "rotate of 200 files, sops in a loop": { cpu: 0.15 },
  "rotate of 200 files behind a slow KMS, sops in a loop": { wall: 0.125 },
  "updatekeys of 200 files behind a slow KMS, sops in a loop": { wall: 0.125 },
  "exec-env 10 dotenv": { cpu: 2.6 },
  "exec-file 10 YAML": { cpu: 2.6 },
  "git: diff of 100 changed files, sops as git's textconv": { cpu: 0.33 },
  "git: view of one file, sops decrypt": { cpu: 3 },
  "git: hook on 50 files, an empty Node script": { cpu: 6 },
  "git: merge of 10k YAML, sops decrypt of one": { cpu: 1.5 },
  "run of three files, sops exec-env of one": { cpu: 4 },
  "run of three files, sops exec-env of three": { cpu: 1.5 },
  "run of 10k YAML, sops decrypt": { cpu: 0.6 },
  "render of three files, sops exec-env of one": { cpu: 4 },
  "render of three files, sops exec-env of three": { cpu: 1.5 },
  "render of 10k YAML, sops decrypt": { cpu: 0.6 },
};

/** Ten times the values may cost so much more CPU time. */
export const LINEAR_GOAL = 12;

/** `met`, or by how much it was missed; nothing without a goal. */
export function judge(found: number, goal: number | undefined): string {
  if (goal === undefined || Number.isNaN(found)) return "";
  const shown = `≤ ${goal}`;
  return found <= goal ? `${shown} met` : `${shown} missed by ${Math.round((found / goal - 1) * 100)}%`;
}
