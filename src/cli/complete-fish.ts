/** Completion for fish. */
import type { Offer, Place } from "./complete.ts";

/** @param name of the program */
export function fishCompletion(places: readonly Place[], name: string): string {
  const id = name.replaceAll(/\W/g, "_");
  const groups = places.filter((place) => place.words.length > 0 && place.path.length > 0).map((place) => place.path.join(" "));
  const commands = places[0]?.words.map((word) => word.name) ?? [];
  return `# fish completion for ${name}: ${name} completion fish | source

# True where these words, and no more, lead to the cursor; flags in between do not count.
function __${id}_at
    set -l tokens (commandline -opc)
    set -e tokens[1]
    set -l path
    set -l skip
    for token in $tokens
        if test -n "$skip"
            set skip
            continue
        end
        switch $token
            case '-*'
                contains -- $token ${listValued(places[0]).join(" ")}; and set skip 1
            case '*'
                if test (count $path) -eq 0
                    contains -- $token ${commands.join(" ")}; or break
                    set path $token
                else if contains -- "$path" ${groups.map(quote).join(" ")}
                    set -a path $token
                end
        end
    end
    test "$path" = "$argv"
end

complete -c ${name} -f
${places.map((place) => renderPlace(place, name, id)).join("")}`;
}

function listValued(place: Place | undefined): readonly string[] {
  return (place?.flags ?? []).flatMap(({ name, short, offer }) =>
    offer === undefined ? [] : [`--${name}`, ...(short === undefined ? [] : [`-${short}`])],
  );
}

function renderPlace(place: Place, name: string, id: string): string {
  const start = `complete -c ${name} -n ${quote(["__", id, "_at ", place.path.join(" ")].join("").trim())}`;
  const words = place.words.map((word) => `${start} -a ${word.name} -d ${quote(word.summary)}\n`);
  const flags = place.flags.map((flag) => {
    const short = flag.short === undefined ? "" : ` -s ${flag.short}`;
    return `${start} -l ${flag.name}${short}${renderValue(flag.offer)} -d ${quote(flag.help)}\n`;
  });
  // fish does not count arguments: where one may be a file, files are offered.
  const files = place.args.includes("files") ? [`${start} -F\n`] : [];
  const commands = place.args.includes("commands") ? [`${start} -a '(__fish_complete_command)'\n`] : [];
  return [...words, ...flags, ...files, ...commands].join("");
}

function renderValue(offer: Offer | undefined): string {
  if (offer === undefined) return "";
  if (offer === "files") return " -r -F";
  return typeof offer === "string" ? " -x" : ` -x -a ${quote(offer.join(" "))}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", String.raw`\'`)}'`;
}
