/** @type {import("next").NextConfig} */
const config = {
  // It reads files and starts programs: it stays a package of its own, on the server.
  serverExternalPackages: ["sotto"],
};
export default config;
