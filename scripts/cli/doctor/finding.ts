/** One thing that was looked at. `warning` means: it works, but somebody may want to know. */
export type Finding = {
  area: "machine" | "connection" | "workspace" | "services" | "projects";
  name: string;
  state: "ok" | "warning" | "broken";
  detail: string;
  hint?: string;
};

export const ok = (area: Finding["area"], name: string, detail: string): Finding => ({
  area,
  name,
  state: "ok",
  detail,
});

export const broken = (area: Finding["area"], name: string, detail: string, hint: string): Finding => ({
  area,
  name,
  state: "broken",
  detail,
  hint,
});

export const warning = (area: Finding["area"], name: string, detail: string, hint: string): Finding => ({
  area,
  name,
  state: "warning",
  detail,
  hint,
});
