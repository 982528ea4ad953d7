/** Since when a file has its data key, as far as its history tells and our keys reach. */
import type { Project } from "../workspace/project.ts";
import { listHistory, readAtCommits } from "./history.ts";
import { OpenedSides } from "./opened-sides.ts";
import { readVersion } from "./versions.ts";

/** How many versions are read at once. */
const PAGE = 50;

/**
 * @returns when the oldest commit with the data key of the file was made, in milliseconds since 1970; undefined outside of git, for
 * a key that is not committed yet, and where no key of ours opens the file
 */
export async function dataKeySince(project: Project, path: string, open?: OpenedSides): Promise<number | undefined> {
  const own = open === undefined ? new OpenedSides(project) : undefined;
  try {
    const sides = open ?? own ?? new OpenedSides(project);
    const { dataKey } = await sides.read(await readVersion(project, path));
    let since: number | undefined;
    for (let skip = 0, more = dataKey !== undefined; more; skip += PAGE) {
      const page = await listHistory(project, path, { skip, limit: PAGE });
      const versions = await readAtCommits(project, page.commits);
      for (const [index, commit] of page.commits.entries()) {
        if ((await sides.read(versions[index])).dataKey !== dataKey) return since;
        since = commit.time;
      }
      more = page.more && page.commits.length > 0;
    }
    return since;
  } finally {
    own?.[Symbol.dispose]();
  }
}
