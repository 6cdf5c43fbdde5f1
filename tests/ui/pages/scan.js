import { openCamera } from "../ui/camera.js";

const said = document.getElementById("said");
const opened = await openCamera(document.getElementById("camera"), (text) => {
  said.textContent += `[${text}]`;
});
if (opened.reason) said.textContent = opened.reason;
