// Codes in a picture: the phone's own reader, else half a megabyte of ours. Camera and pictures
// that were taken before are read by the same.

const MOST = 8; // codes in one picture: more people than stand abreast at a gate
const FORMATS = ["QRCode", "DataMatrix"];
/** On tubes there are bars too. */
export const ON_TUBES = [...FORMATS, "Code128"];

/** A function from ImageData to the texts in it. */
export async function reader(wasm, { own = false, formats = FORMATS } = {}) {
  const native = own || formats !== FORMATS ? null : globalThis.BarcodeDetector;
  if (native && (await native.getSupportedFormats()).includes("qr_code")) {
    const detector = new native({ formats: ["qr_code"] });
    return async (frame) => (await detector.detect(frame)).map((code) => code.rawValue);
  }
  const zxing = await import("../../vendor/zxing/reader/index.js");
  // The decoder would otherwise fetch its WebAssembly from another host.
  await zxing.prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  const options = { formats, tryHarder: true, maxNumberOfSymbols: MOST };
  return async (frame) =>
    (await zxing.readBarcodes(frame, options)).filter((code) => code.isValid).map((c) => c.text);
}
