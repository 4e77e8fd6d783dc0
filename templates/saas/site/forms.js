// What all forms of the site have in common: one message, one submission at a time, the field that is wrong in focus.

/** Calls `send` with the form's fields. What it throws becomes the form's message, what it returns too. */
export function onSubmit(form, send) {
  const button = form.querySelector("[type=submit]");
  let sending = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    const wrong = [...form.elements].find((field) => field.willValidate && !field.validity.valid);
    if (wrong) {
      say(form, textFor(wrong));
      wrong.setAttribute("aria-invalid", "true");
      wrong.addEventListener("input", () => wrong.removeAttribute("aria-invalid"), { once: true });
      return wrong.focus();
    }
    sending = true;
    // Not `disabled`: that would drop the focus of somebody who uses the keyboard.
    button.setAttribute("aria-disabled", "true");
    say(form, "");
    try {
      say(form, (await send(Object.fromEntries(new FormData(form)))) ?? "");
    } catch (problem) {
      say(form, problem.message);
    }
    sending = false;
    button.removeAttribute("aria-disabled");
  });
}

export function say(form, text) {
  form.querySelector(".message").textContent = text;
}

function textFor(field) {
  if (field.type === "email") return field.value ? "Please check the address, for example you@example.com." : "Please enter your e-mail address.";
  if (field.type === "password") return `Please choose a password of at least ${field.minLength} characters.`;
  return "Please fill this in.";
}
