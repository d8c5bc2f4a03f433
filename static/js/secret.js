// Shows a password while somebody checks what they typed.

export function start(root) {
  root.querySelectorAll("[data-secret]").forEach((button) => {
    const field = document.getElementById(button.dataset.secret);
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.setAttribute("aria-pressed", String(!shown));
      button.textContent = shown ? "显示密码" : "隐藏密码";
      field.focus();
    });
    // The browser must not remember it as a plain field.
    field.form.addEventListener("submit", () => { field.type = "password"; });
  });
}
