/** What a look over the project found, and what is ignored from now on. */
import { type DoctorEvent, type DoctorScreen, type FindingGroup, countFindings, doctorRows } from "../model/doctor.ts";
import { type State, updateScreen } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";

export function reduceDoctor(state: State, event: DoctorEvent): Step {
  switch (event.kind) {
    case "examined":
      return step(
        updateScreen(state, "doctor", (screen) => ({
          ...screen,
          groups: event.groups,
          looked: event.looked,
          stopped: false,
          list: firstRow({ ...screen, groups: event.groups }),
        })),
      );
    case "stopped":
      return step(updateScreen(state, "doctor", (screen) => ({ ...screen, stopped: true })));
    case "ignored": {
      const next = updateScreen(state, "doctor", (screen) => {
        const groups = screen.groups?.map((group) => ignoreIn(group, event.finding, event.reason));
        const rows = doctorRows({ ...screen, groups });
        return { ...screen, groups, list: { ...screen.list, cursor: Math.max(0, Math.min(screen.list.cursor, rows.length - 1)) } };
      });
      const screen = next.screens.find((one) => one.kind === "doctor");
      const { ignored } = countFindings({ groups: screen?.kind === "doctor" ? screen.groups : undefined });
      return step(tell(next, "fine", `Ignored; the reason stands in .sops.yaml. v shows what is ignored (${ignored}).`));
    }
  }
}

/** The cursor begins on a finding, or stays where it was. */
function firstRow(screen: DoctorScreen): DoctorScreen["list"] {
  const rows = doctorRows(screen);
  const cursor = Math.max(0, Math.min(screen.list.cursor, rows.length - 1));
  return rows[cursor]?.kind === "group" ? { ...screen.list, cursor: cursor + 1 } : { ...screen.list, cursor };
}

function ignoreIn(group: FindingGroup, finding: string, reason: string): FindingGroup {
  return { ...group, findings: group.findings.map((one) => (one.id === finding ? { ...one, ignored: reason } : one)) };
}
