import { organization } from "./organization.js";

const find = (id) => document.getElementById(id);

// This page only shows; what is in a report comes from a route of your own with `who: entitled("reports")`.
const team = await organization();
if (team) {
  const { features } = await team.billing();
  const included = features.includes("reports");
  find("reports").hidden = !included;
  find("upgrade").hidden = included;
  find("notice").textContent = included ? "" : "Reports are part of Pro.";
}
