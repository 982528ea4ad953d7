/**
 * For `node --require`: prints, last on standard error, the addresses of the files that were loaded, with `require`, with `import` and by
 * the program's own loader, and the parts of Node.
 */
export const SPY: string = `
const files = new Set();
const vm = require("vm");
require("module").registerHooks({ load: (url, context, next) => (files.add(url), next(url, context)) });
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    files.add(require("url").pathToFileURL(options.filename).href);
  }
};
process.on("exit", () => require("fs").writeSync(2, "\\n" + JSON.stringify([...files, ...process.moduleLoadList])));
`;
