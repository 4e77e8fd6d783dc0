import { defineFlow, retryable } from "../../../scripts/flows/define.ts";

const retry = retryable(3, 2);

export default defineFlow(
  {
    summary: "Puts a project online: record, database, waitlist, site and host name",
    description:
      "Run it again at any time: what stands already is left as it is, what is missing is added, and `status` is then `unchanged` or `updated`. A run that died half-way is finished by the next one. Answers `{ project, url, status }`.",
    input: {
      name: {
        type: "string",
        description: 'Name of the project: 2 to 40 characters of a-z, 0-9 and "-", for example "shop".',
      },
      template: {
        type: "string",
        description: "Starter site that is published when the project has none yet.",
        enum: ["static"],
        default: "static",
      },
    },
  },
  ({ input, step }) => {
    const { name: project, template } = input;
    const record = step("project", "f/infra/projects/ensure_project", { project, template }, { retry });
    const schema = step("schema", "f/infra/postgres/ensure_schema", { project }, { retry });
    const waitlist = step("waitlist", "f/infra/waitlist/ensure_waitlist", { project }, { retry });
    const site = step("site", "f/infra/sites/ensure_site", { project, template }, { retry });
    const route = step("route", "f/infra/caddy/ensure_route", { project }, { retry });
    const steps = [
      { name: "project", status: record.status },
      { name: "schema", status: schema.status },
      { name: "waitlist", status: waitlist.status },
      { name: "site", status: site.status },
      { name: "route", status: route.status },
    ];
    step("publish", "f/infra/projects/publish_project", { project, steps }, { retry });
  },
);
