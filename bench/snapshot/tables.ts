/** Thirty tables of a company as somebody clicks them together in NocoDB, and what they ought to be in Prisma. */
const TOPICS = [
  "Customer", "Order", "Invoice", "Product", "Supplier", "Warehouse", "Shipment", "Employee", "Team", "Project",
  "Task", "Ticket", "Contract", "Campaign", "Lead", "Meeting", "Room", "Device", "License", "Vendor",
  "Course", "Lesson", "Student", "Teacher", "Exam", "Grade", "Event", "Venue", "Speaker", "Sponsor",
]; // biome-ignore format: a word list

const STATES = ["draft", "open", "done"];

/** Each table is linked from the one before it, and every third one has tags of the next. */
export const TABLES = TOPICS.map((topic, at) => ({
  title: `${topic} Record`,
  fields: [
    { title: "Name", type: "SingleLineText", required: true },
    { title: "Contact Mail", type: "Email", unique: true },
    { title: "Total Amount", type: "Decimal" },
    { title: "Item Count", type: "Number" },
    { title: "Is Active", type: "Checkbox", default: true },
    { title: "Due On", type: "Date" },
    { title: "Seen At", type: "DateTime" },
    { title: "Extra", type: "JSON" },
    { title: "State", type: "SingleSelect", choices: STATES, default: "draft" },
    ...(at + 1 < TOPICS.length
      ? [{ title: "Next Records", type: "Links", table: `${TOPICS[at + 1]} Record`, relation: "has_many" }]
      : []),
    ...(at % 3 === 0 && at + 2 < TOPICS.length
      ? [{ title: "Marks", type: "Links", table: `${TOPICS[at + 2]} Record`, relation: "many_to_many" }]
      : []),
  ],
}));

/** What a model has to say, by the names that Prisma's style asks for: PascalCase for models, camelCase for fields. */
export type Expected = {
  model: string;
  table: string;
  fields: Record<string, { column: string; type: string }>;
  choices: { field: string; column: string; values: string[] };
  /** Models that it is linked to, each by a list. */
  links: string[];
};

const FIELDS = {
  name: { column: "name", type: "String" },
  contactMail: { column: "contact_mail", type: "String?" },
  totalAmount: { column: "total_amount", type: "Decimal?" },
  itemCount: { column: "item_count", type: "BigInt?" },
  isActive: { column: "is_active", type: "Boolean?" },
  dueOn: { column: "due_on", type: "DateTime?" },
  seenAt: { column: "seen_at", type: "DateTime?" },
  extra: { column: "extra", type: "Json?" },
};

export const EXPECTED: Expected[] = TABLES.map(({ fields }, at) => ({
  model: `${TOPICS[at]}Record`,
  table: `${TOPICS[at]?.toLowerCase()}_record`,
  fields: FIELDS,
  choices: { field: "state", column: "state", values: STATES },
  links: fields.flatMap((field) =>
    "relation" in field && field.relation === "has_many" ? [field.table.replace(" ", "")] : [],
  ),
}));
