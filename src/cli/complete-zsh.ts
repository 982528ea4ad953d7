/** Completion for zsh: one function a place, made of `_arguments`. */
import type { Offer, OfferedFlag, Place } from "./complete.ts";

/** @param name of the program */
export function zshCompletion(places: readonly Place[], name: string): string {
  const id = name.replaceAll(/\W/g, "_");
  return `#compdef ${name}
# zsh completion for ${name}: source <(${name} completion zsh), or save it as _${name} in a folder of $fpath

${places.map((place) => renderFunction(place, id)).join("\n")}
# Loaded by itself from $fpath, it is the first call; sourced, it has to be told to zsh.
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _${id} "$@"
else
  compdef _${id} ${name}
fi
`;
}

function renderFunction(place: Place, id: string): string {
  const flags = place.flags.flatMap(renderFlag);
  const title = `${functionName(place.path, id)}() {\n`;
  if (place.words.length === 0) {
    const specs = [...flags, ...place.args.map((offer, at) => renderArgument(offer, place.repeats && at === place.args.length - 1))];
    // With -A nothing is a flag behind the first argument.
    const options = place.flagsFirst ? "-s -S -A '-*'" : "-s -S";
    return `${title}  _arguments ${options}${specs.map((spec) => ` \\\n    ${spec}`).join("")}\n}\n`;
  }
  const words = place.words.map(({ name, summary }) => `    ${quote(`${name.replaceAll(":", "\\:")}:${summary}`)}\n`);
  const cases = place.words.map(({ name }) => `        ${name}) ${functionName([...place.path, name], id)} ;;\n`);
  return `${title}  local curcontext=$curcontext state line
  local -a words_here=(
${words.join("")}  )
  _arguments -C -s -S -A '-*'${flags.map((spec) => ` \\\n    ${spec}`).join("")} \\
    '1: :->word' '*:: :->rest'
  case $state in
    word) _describe -t commands command words_here ;;
    rest)
      case $line[1] in
${cases.join("")}      esac
      ;;
  esac
}
`;
}

function functionName(path: readonly string[], id: string): string {
  return ["", id, ...path].join("_");
}

function renderFlag({ name, short, help, offer, repeats }: OfferedFlag): readonly string[] {
  const names = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
  const others = repeats ? "*" : `(${names.join(" ")})`;
  const value = offer === undefined ? "" : `:${name}:${renderOffer(offer)}`;
  const equals = offer === undefined ? "" : "=";
  return names.map((one) =>
    quote(`${others}${one}${one.startsWith("--") ? equals : offer === undefined ? "" : "+"}[${escape(help)}]${value}`),
  );
}

function renderArgument(offer: Offer, repeats: boolean): string {
  return quote(`${repeats ? "*" : ""}: :${renderOffer(offer)}`);
}

function renderOffer(offer: Offer): string {
  if (typeof offer !== "string") return `(${offer.join(" ")})`;
  return { files: "_files", commands: "_command_names -e", nothing: "" }[offer];
}

function escape(text: string): string {
  return text.replaceAll(/[\\[\]:]/g, String.raw`\$&`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
