import { h } from "./dom.js";

/**
 * The only thing to see without a token.
 * @param {(token: string) => unknown} onToken @param {string} [complaint]
 */
export function askForToken(onToken, complaint) {
  const field = h("input", {
    id: "token",
    type: "password",
    autocomplete: "off",
    spellcheck: "false",
    required: true,
    "aria-describedby": "token-help token-error",
  });
  const error = h("p", { id: "token-error", class: "field-error", role: "alert" }, complaint);
  const button = h("button", { class: "primary" }, "Sign in");
  const form = h(
    "form",
    {
      class: "sign-in",
      onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        button.disabled = true;
        await onToken(field.value.trim());
      },
    },
    h("img", { src: "/page/icon.svg", alt: "", width: 40, height: 40 }),
    h("h1", {}, "run8n engine"),
    h("p", { class: "soft" }, "The local Windmill: what is deployed, what runs, what went wrong."),
    h("label", { for: "token" }, "Token"),
    field,
    h(
      "p",
      { id: "token-help", class: "help" },
      "Kept in this tab only. ",
      h("code", {}, "run8n up"),
      " notes it in ",
      h("code", {}, ".run8n/stack.json"),
      ": ",
      h("code", {}, "windmill.token"),
      ".",
    ),
    error,
    button,
  );
  document.title = "Sign in · run8n engine";
  document.body.replaceChildren(h("main", { class: "sign-in-page" }, form));
  field.focus();
}
