/** Findings for machines: SARIF 2.1.0, and the annotations of GitHub Actions. */
import { type CheckResult, type Finding, type FindingKind, FINDINGS } from "./check.ts";

export function toSarif({ findings }: CheckResult, version: string): object {
  const kinds = Object.keys(FINDINGS) as FindingKind[];
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "sotto", version, rules: kinds.map((id) => ({ id, shortDescription: { text: FINDINGS[id] } })) } },
        results: findings.map(({ kind, path, position, message, hint }) => ({
          ruleId: kind,
          level: "error",
          message: { text: `${message}; ${hint}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: path.split("/").map(encodeURIComponent).join("/") },
                ...(position === undefined ? {} : { region: { startLine: position.line, startColumn: position.column } }),
              },
            },
          ],
        })),
      },
    ],
  };
}

/** One `::error` a finding (docs.github.com, workflow commands). */
export function toAnnotations({ findings }: CheckResult): string {
  return findings.map((finding) => `${toAnnotation(finding)}\n`).join("");
}

function toAnnotation({ path, position, message, hint }: Finding): string {
  const place = position === undefined ? "" : `,line=${position.line},col=${position.column}`;
  return `::error file=${escapeProperty(path)}${place}::${escapeData(`${message}; ${hint}`)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
