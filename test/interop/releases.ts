/** The releases of sops that read what sotto writes: name of the program, release. */
export const RELEASES: readonly (readonly [program: string, release: string])[] = [
  ["sops", "3.13.3"],
  ["sops-3.13.2", "3.13.2"],
  ["sops-3.13.1", "3.13.1"],
  ["sops-3.12.2", "3.12.2"],
  ["sops-3.11.0", "3.11.0"],
  ["sops-3.10.2", "3.10.2"],
  ["sops-3.9.4", "3.9.4"],
  ["sops-3.8.1", "3.8.1"],
];
