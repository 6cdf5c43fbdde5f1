// The gate without a network: one copy of its pages and its signed pack for each gate.

const PAGES = ["/gate/", "/gate/desk/", "/gate/kiosk/", "/gate/pictures/", "/gate/carry/"];
const TOLD = ["/gate/keys.json", "/gate/pack.json", "/gate/manifest.json"];

/** One copy for each gate: what a device says of its own pack is not part of the name. */
function keyOf(url) {
  const gate = url.searchParams.get("gate");
  return gate ? `${url.pathname}?gate=${gate}` : url.pathname;
}

keepUsable({
  name: "lachan-gate",
  version: 4,
  isPage: (path) => PAGES.includes(path),
  isTold: (path) => TOLD.includes(path),
  keyOf,
});
