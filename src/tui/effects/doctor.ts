import type { DoctorEffect } from "../model/doctor.ts";
import type { Edge } from "./edge.ts";

export async function runDoctor(_edge: Edge, _effect: DoctorEffect): Promise<void> {
  await Promise.resolve();
}
