import type { Database } from "bun:sqlite";
import type { Resume } from "../flows/host.ts";

export type Resumes = {
  /** False when that address was used before. */
  add(job: string, resume: Resume): boolean;
  /** Of any of these jobs, oldest first. */
  of(jobs: string[]): Resume[];
};

type Row = { resume_id: number; value: string; approver: string | null; approved: number };

/** Answers that people and systems gave to suspended flows. */
export function openResumes(db: Database): Resumes {
  return {
    add: (job, { resumeId, value, approver, approved }) =>
      db
        .query("insert into resume values (?, ?, ?, ?, ?, ?) on conflict do nothing")
        .run(job, resumeId, JSON.stringify(value ?? null), approver ?? null, approved ? 1 : 0, Date.now()).changes > 0,
    of: (jobs) =>
      db
        .query<Row, string[]>(
          `select * from resume where job in (${jobs.map(() => "?").join(",")}) order by created_at, rowid`,
        )
        .all(...jobs)
        .map((row) => ({
          resumeId: row.resume_id,
          value: JSON.parse(row.value) as unknown,
          approved: row.approved === 1,
          ...(row.approver === null ? {} : { approver: row.approver }),
        })),
  };
}
