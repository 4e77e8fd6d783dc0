import { sendConfirmation, signUp } from "./auth.js";
import { onSubmit } from "./forms.js";

const form = document.getElementById("signup");
const done = document.getElementById("done");

// The answer is the same for an address that has an account, so these words have to be true for both.
onSubmit(form, async ({ email, password }) => {
  await signUp(email, password);
  document.getElementById("sent-to").textContent = email;
  form.hidden = true;
  done.hidden = false;
  done.focus();
});

document.getElementById("again").addEventListener("click", async () => {
  const message = document.getElementById("again-message");
  try {
    await sendConfirmation(form.elements.namedItem("email").value);
    message.textContent = "Sent.";
  } catch (problem) {
    message.textContent = problem.message;
  }
});
