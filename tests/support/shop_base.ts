/** Tables of a small shop, with fields of every kind, in the order in which they can be made. */
export const SHOP = [
  {
    title: "Tag",
    fields: [{ title: "Word", type: "SingleLineText", required: true, unique: true }],
  },
  {
    title: "Customer",
    fields: [
      { title: "Name", type: "SingleLineText", required: true },
      { title: "Mail", type: "Email", unique: true },
      { title: "Level", type: "SingleSelect", choices: ["new", "it's gold", "2nd class"], default: "new" },
      { title: "Wants", type: "MultiSelect", choices: ["mail", "phone"] },
      { title: "Active", type: "Checkbox", default: true },
      { title: "Born", type: "Date" },
      { title: "Seen At", type: "DateTime", default: "now()" },
      { title: "Wakes", type: "Time" },
      { title: "Site", type: "URL" },
      { title: "Phone", type: "PhoneNumber" },
      { title: "Notes", type: "LongText" },
      { title: "Extra", type: "JSON" },
      { title: "Files", type: "Attachment" },
    ],
  },
  {
    title: "Order",
    fields: [
      { title: "No", type: "Number", required: true, default: 1 },
      { title: "Total", type: "Currency", currency: "EUR" },
      { title: "Rate", type: "Decimal", precision: 3, default: 0.5 },
      { title: "Share", type: "Percent" },
      { title: "Stars", type: "Rating" },
      { title: "Year", type: "Year" },
      { title: "Took", type: "Duration" },
      { title: "State", type: "SingleSelect", choices: ["open", "paid"], required: true, default: "open" },
      { title: "Tags", type: "Links", table: "Tag", relation: "many_to_many" },
      { title: "Parts", type: "Links", table: "Order", relation: "has_many" },
      { title: "Tag Words", type: "Lookup", through: "Tags", field: "Word" },
      { title: "Twice", type: "Formula", formula: "{Total} * 2" },
    ],
  },
  {
    title: "Customer",
    fields: [
      { title: "Orders", type: "Links", table: "Order", relation: "has_many" },
      { title: "First Order", type: "Links", table: "Order", relation: "one_to_one" },
      { title: "Spent", type: "Rollup", through: "Orders", field: "Total", function: "sum" },
    ],
  },
];
