/** NocoDB's own records, in the shapes of its v2 API where that answers them as they are. */
export type Base = {
  id: string;
  title: string;
  description: string | null;
  meta: object;
  workspace_id: string;
  created_at: string;
  updated_at: string;
};
export type Connection = { host: string; port: number; user: string; password: string; database: string };
export type Integration = { id: string; title: string; connection: Connection; schema: string };
export type Source = {
  id: string;
  base_id: string;
  alias: string | null;
  is_meta: boolean;
  fk_integration_id: string | null;
  is_schema_readonly: boolean;
  is_data_readonly: boolean;
};
export type Table = {
  id: string;
  base_id: string;
  source_id: string;
  table_name: string;
  title: string;
  description: string | null;
  mm: boolean;
  created_at: string;
};
export type Choice = { id: string; title: string; color: string; order: number };
export type LinkOptions = {
  type: "hm" | "bt" | "mm" | "oo";
  fk_related_model_id: string;
  fk_child_column_id: string;
  fk_parent_column_id: string;
  fk_mm_model_id: string | null;
  fk_mm_child_column_id: string | null;
  fk_mm_parent_column_id: string | null;
  fk_index_name: string | null;
  virtual: boolean;
};
export type ColumnOptions = Partial<LinkOptions> & {
  options?: Choice[];
  formula?: string;
  formula_raw?: string;
  fk_relation_column_id?: string;
  fk_lookup_column_id?: string;
  fk_rollup_column_id?: string;
  rollup_function?: string;
};
export type Column = {
  id: string;
  fk_model_id: string;
  title: string;
  column_name: string | null;
  uidt: string;
  dt: string | null;
  pk: boolean;
  pv: boolean | null;
  ai: boolean;
  rqd: boolean;
  unique: boolean;
  cdf: string | null;
  system: boolean | null;
  order: number;
  meta: Record<string, unknown>;
  description: string | null;
  colOptions?: ColumnOptions;
};
export type Hook = {
  id: string;
  fk_model_id: string;
  base_id: string;
  title: string;
  event: string;
  operation: string[];
  version: string;
  active: boolean;
  notification: string;
};
export type User = {
  id: string;
  email: string;
  roles: string;
  password_hash: string | null;
  invite_token: string | null;
  reset_password_token: string | null;
  token_version: string;
};
export type ApiToken = { id: number; description: string; token: string; fk_user_id: string };
export type Member = { id: string; base_id: string; user_id: string; roles: string };
export type Setting = { id: string; value: unknown };

export type Kinds = {
  base: Base;
  integration: Integration;
  source: Source;
  table: Table;
  column: Column;
  hook: Hook;
  user: User;
  token: ApiToken;
  member: Member;
  setting: Setting;
};
