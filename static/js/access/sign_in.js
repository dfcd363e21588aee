// The sign-in page: seeing what is typed, and the people of the demo shop.
const form = document.querySelector(".sign-in");

document.addEventListener("click", (event) => {
  const reveal = event.target.closest("[data-reveal]");
  if (reveal) {
    const field = document.getElementById(reveal.dataset.reveal);
    field.type = field.type === "password" ? "text" : "password";
    reveal.setAttribute("aria-pressed", String(field.type === "text"));
  }
  const person = event.target.closest("[data-username]");
  if (person) {
    form.elements.username.value = person.dataset.username;
    form.elements.password.value = person.dataset.password;
    for (const each of document.querySelectorAll("[data-username]")) {
      each.setAttribute("aria-pressed", String(each === person));
    }
    form.querySelector("[type=submit]").focus();
  }
});
