/** Completion for PowerShell, from version 5.1 on. */
import type { Offer, Place } from "./complete.ts";

/** @param name of the program */
export function powershellCompletion(places: readonly Place[], name: string): string {
  return `# PowerShell completion for ${name}: ${name} completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName ${quote(name)} -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # By the words that lead to a place: what goes on from there, and the flags with what their values may be.
    $places = @{
${places.map(renderPlace).join("")}    }

    $path = ''
    $flag = $null
    $elements = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | Select-Object -Skip 1)
    foreach ($element in $elements) {
        $word = $element.ToString()
        if ($flag) { $flag = $null; continue }
        if ($word.StartsWith('-')) {
            $known = $places[$path].Flags | Where-Object { $_.Names -ccontains $word } | Select-Object -First 1
            if ($known -and $known.Offer) { $flag = $known }
            continue
        }
        $next = "$path $word".Trim()
        if ($places.ContainsKey($next)) { $path = $next }
    }

    $place = $places[$path]
    $offers = if ($flag) {
        if ($flag.Offer -is [array]) { $flag.Offer | ForEach-Object { @{ Name = $_; Text = $_ } } }
    } elseif ($wordToComplete.StartsWith('-')) {
        $place.Flags | ForEach-Object { @{ Name = $_.Names[0]; Text = $_.Text } }
    } else {
        $place.Words
    }
    $offers | Where-Object { $_ -and $_.Name.StartsWith($wordToComplete) } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_.Name, $_.Name, 'ParameterValue', $_.Text)
    }
}
`;
}

function renderPlace(place: Place): string {
  const words = place.words.map((word) => `                @{ Name = ${quote(word.name)}; Text = ${quote(word.summary)} }\n`);
  const flags = place.flags.map(({ name, short, offer, help }) => {
    const names = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])].map(quote).join(", ");
    return `                @{ Names = @(${names}); Offer = ${renderOffer(offer)}; Text = ${quote(help)} }\n`;
  });
  return `        ${quote(place.path.join(" "))} = @{
            Words = @(
${words.join("")}            )
            Flags = @(
${flags.join("")}            )
        }
`;
}

/** Nothing offered means that PowerShell offers files. */
function renderOffer(offer: Offer | undefined): string {
  if (offer === undefined) return "$null";
  return typeof offer === "string" ? quote(offer) : `@(${offer.map(quote).join(", ")})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
