// A photo is made smaller before it is sent: a cheap phone on a slow network sends 200 kB, not 5 MB.
// Drawing it anew also leaves behind where and with which phone it was taken.

const LONGEST = 1600; // pixels
const QUALITY = 0.82; // of JPEG, 0 to 1

const input = document.querySelector('input[type="file"][name="photo"]');

async function smaller(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}

input?.addEventListener("change", async () => {
  const [file] = input.files;
  if (!file) return;
  try {
    const blob = await smaller(file);
    if (!blob) return;
    const carrier = new DataTransfer();
    carrier.items.add(new File([blob], "cassette.jpg", { type: "image/jpeg" }));
    input.files = carrier.files;
  } catch {
    // A browser that cannot draw it sends it as it is; the server says whether it is a photo.
  }
});
