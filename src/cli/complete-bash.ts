/** Completion for bash, from version 3.2 on. It needs no other package and starts no process. */
import type { Offer, OfferedFlag, Place } from "./complete.ts";

/** @param name of the program */
export function bashCompletion(places: readonly Place[], name: string): string {
  const id = name.replaceAll(/\W/g, "_");
  return `# bash completion for ${name}: source <(${name} completion bash)

# What is known at a place of the command line, given by the words that lead to it.
_${id}_place() {
  words= flags= values= args= rest= first=
  case $1 in
${places.map(renderPlace).join("")}    *) return 1 ;;
  esac
}

# What a value may be: files, commands, nothing, or words. Sets "offer".
_${id}_value() {
  offer=
  case $1:$2 in
${places.map(renderValues).join("")}  esac
}

_${id}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} place= count=0 over= flag= offer= kinds at word next
  local words flags values args rest first
  COMPREPLY=()
  [[ $cur == "=" ]] && cur=
  _${id}_place ""
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    if [[ -z $over && $word == -?* ]]; then
      if [[ $word == "--" ]]; then
        over=1
        continue
      fi
      # Go's way of writing: one dash is as good as two.
      [[ $word == -??* && $word != --* ]] && word="-$word"
      next=\${COMP_WORDS[at + 1]}
      if [[ " $values " == *" $word "* ]]; then
        at=$((at + 1))
        [[ $next == "=" && at -lt COMP_CWORD ]] && at=$((at + 1))
        [[ at -ge COMP_CWORD ]] && flag=$word
      elif [[ $next == "=" ]]; then
        at=$((at + 2))
      fi
      continue
    fi
    if [[ -n $words && " $words " == *" $word "* ]]; then
      place="$place\${place:+ }$word"
      _${id}_place "$place"
      continue
    fi
    count=$((count + 1))
    [[ -n $first ]] && over=1
  done

  if [[ -n $flag ]]; then
    _${id}_value "$place" "$flag"
  elif [[ -z $over && $cur == -* ]]; then
    offer=$flags
  elif [[ -n $words ]]; then
    offer=$words
  else
    kinds=($args)
    offer=\${kinds[count]}
    [[ -z $offer && -n $rest ]] && offer=$rest
    [[ -z $offer ]] && offer=nothing
  fi

  case $offer in
    # Readline completes and quotes the names of files itself.
    files) ;;
    commands) COMPREPLY=($(compgen -c -- "$cur")) ;;
    nothing) compopt +o default +o bashdefault 2>/dev/null ;;
    *)
      compopt +o default +o bashdefault 2>/dev/null
      COMPREPLY=($(compgen -W "$offer" -- "$cur"))
      ;;
  esac
}

complete -o bashdefault -o default -F _${id} ${name}
`;
}

function renderPlace(place: Place): string {
  const settings = [
    ["words", place.words.map((word) => word.name).join(" ")],
    ["flags", place.flags.map((flag) => `--${flag.name}`).join(" ")],
    ["values", place.flags.flatMap((flag) => (flag.offer === undefined ? [] : spellings(flag))).join(" ")],
    ["args", place.args.map(spell).join(" ")],
    ["rest", place.repeats ? spell(place.args.at(-1) ?? "nothing") : ""],
    ["first", place.flagsFirst && place.words.length === 0 ? "1" : ""],
  ];
  const lines = settings.filter(([, text]) => text !== "").map(([key, text]) => `      ${key}="${text}"\n`);
  return `    "${place.path.join(" ")}")\n${lines.join("")}      ;;\n`;
}

function renderValues(place: Place): string {
  return place.flags
    .flatMap(({ offer, ...flag }) =>
      offer === undefined
        ? []
        : [
            `    ${spellings(flag)
              .map((one) => `"${place.path.join(" ")}:${one}"`)
              .join(" | ")}) offer="${join(offer)}" ;;\n`,
          ],
    )
    .join("");
}

/** One letter stands with its one dash. */
function spellings({ name, short }: Pick<OfferedFlag, "name" | "short">): readonly string[] {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
}

function join(offer: Offer): string {
  return typeof offer === "string" ? offer : offer.join(" ");
}

/** Of an argument: a list of words is no word. */
function spell(offer: Offer): string {
  return typeof offer === "string" ? offer : "nothing";
}
