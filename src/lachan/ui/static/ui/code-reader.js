// Reads codes from pictures with zxing-cpp in WebAssembly, served by us and by nobody else.
// The page needs 'wasm-unsafe-eval' in its policy: view decorator `lachan.ui.policy.scan_page`.
import { prepareZXingModule, readBarcodes } from "../vendor/zxing/reader/index.js";

const PLACE = new URL("../vendor/zxing/", import.meta.url);

// Codes a person shows us or a box carries; one dimension only where tubes and boxes have it.
const FORMATS = { person: ["QRCode"], tube: ["QRCode", "DataMatrix", "Code128"] };

prepareZXingModule({
  overrides: { locateFile: (name) => new URL(name, PLACE).href },
});

/** Fetch and compile the reader before the first person stands at the gate. */
export function warmUp() {
  return readBarcodes(new ImageData(8, 8), { formats: FORMATS.person });
}

/**
 * The text of the code in a picture (ImageData or Blob), or "" when there is none.
 * @param {ImageData|Blob} picture
 * @param {"person"|"tube"} kind
 */
export async function readCode(picture, kind = "person") {
  const found = await readBarcodes(picture, {
    formats: FORMATS[kind],
    maxNumberOfSymbols: 1,
    tryHarder: true,
  });
  return found.length > 0 && found[0].isValid ? found[0].text : "";
}
