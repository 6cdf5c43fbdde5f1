// The vaccination site without a network.

const PAGE = /^\/vaccination\/site\/([0-9a-f-]{36}|carry)\/$/;
const TOLD = /^\/vaccination\/site\/(keys|manifest|[0-9a-f-]{36}\/pack)\.json$/;
const LONG = 60000; // milliseconds: a pack is made person by person

keepUsable({
  name: "lachan-site",
  version: 2,
  isPage: (path) => PAGE.test(path),
  isTold: (path) => TOLD.test(path),
  patience: LONG,
});
