// The offer to put the gate's page among the telephone's programs; gone once it is there.

const box = document.getElementById("install");
const button = document.getElementById("install-now");
let offered = null;

if (matchMedia("(display-mode: standalone)").matches || navigator.standalone) box.hidden = true;

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offered = event;
  button.hidden = false;
});

button.addEventListener("click", async () => {
  await offered?.prompt();
  button.hidden = true;
});

addEventListener("appinstalled", () => (box.hidden = true));
