// Loaded before a Node program of somebody else's: what it would ask the vendor's hosts, it asks the sandbox. Nothing of it reaches
// any other machine: the sandbox is plain HTTP on this one, and HTTPS is refused.
const about = JSON.parse(process.env.CCTOOLKIT_FOREIGN_SANDBOX);

const refused = () => {
  throw new Error("Only the sandbox is asked in a test.");
};
require("https").request = refused;
require("https").get = refused;
const fetched = globalThis.fetch;
globalThis.fetch = (input, ...rest) =>
  String(input.url ?? input).startsWith("http://127.0.0.1:") ? fetched(input, ...rest) : refused();

const modules = process.env.CCTOOLKIT_FOREIGN_MODULES;
require(`${modules}/ctct-api-client/dist/base.js`).BASE_PATH = about.api;
const oauth = require(`${modules}/@mattmaynes/ctct-cli/dist/lib/oauth.js`);
oauth.AUTHZ_BASE = about.token.replace(/\/token$/, "");
oauth.DEVICE_AUTHORIZE_URL = about.device;
oauth.TOKEN_URL = about.token;
