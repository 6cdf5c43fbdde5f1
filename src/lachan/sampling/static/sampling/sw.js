// The sampling table without a network.

const PAGES = ["/sampling/", "/sampling/carry/"];
const TOLD = ["/sampling/keys.json", "/sampling/pack.json", "/sampling/manifest.json"];

keepUsable({
  name: "lachan-table",
  version: 2,
  isPage: (path) => PAGES.includes(path),
  isTold: (path) => TOLD.includes(path),
});
