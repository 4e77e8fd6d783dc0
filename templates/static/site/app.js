// Sends the waitlist form without leaving the page. Without this file the form posts by itself and the server sends the
// browser back to one of the notices above the form.
"use strict";

for (const form of document.querySelectorAll("form[data-waitlist]")) {
  const email = form.elements.namedItem("email");
  const button = form.querySelector("button");
  const message = form.querySelector(".message");
  const done = form.parentElement.querySelector(".done");
  const label = button.textContent;
  let sending = false;

  form.noValidate = true; // the messages below say it better than the browser's bubbles
  email.addEventListener("input", () => show(""));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    email.value = email.value.trim();
    if (!email.validity.valid) {
      show(email.value === "" ? "Please enter your e-mail address." : "Please check the address, for example you@example.com.");
      email.focus();
      return;
    }
    setSending(true);
    const problem = await send(new FormData(form));
    setSending(false);
    if (problem) {
      show(problem);
      email.focus();
    } else finish();
  });

  function show(problem) {
    message.textContent = problem;
    if (problem) email.setAttribute("aria-invalid", "true");
    else email.removeAttribute("aria-invalid");
  }

  function setSending(value) {
    sending = value;
    // Not `disabled`: that would drop the focus of somebody who uses the keyboard.
    button.setAttribute("aria-disabled", String(value));
    button.textContent = value ? "Joining…" : label;
  }

  /** The server answers the same to an address that was on the list before, so this has to be true for both. */
  function finish() {
    const strong = document.createElement("strong");
    strong.textContent = "You are on the list.";
    done.append(strong, "We will write to ", email.value, " once, when your place is ready.");
    form.hidden = true;
    done.focus();
  }
}

/** Resolves to what to tell the visitor, or to nothing when the sign-up was taken. */
async function send(fields) {
  try {
    const response = await fetch("/api/waitlist/signups", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(Object.fromEntries(fields)),
      signal: AbortSignal.timeout(15_000),
    });
    if (response.ok) return "";
    if (response.status === 400) return "Please check the address, for example you@example.com.";
    if (response.status === 429) return `That was a lot of sign-ups at once. Please try again ${when(response)}.`;
  } catch {
    // No connection, or no answer in time: the same words help.
  }
  return "That did not go through. Your address is still in the field; please try again.";
}

function when(response) {
  const seconds = Number(response.headers.get("retry-after")) || 60;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "in a minute" : `in ${minutes} minutes`;
}
