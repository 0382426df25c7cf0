/**
 * Characters that a terminal interprets or does not show: controls (except the line feed), formats such as changes of the
 * text direction, private use, surrogates, line and paragraph separators.
 */
const unprintable = /[^\P{Cc}\n]|[\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu

/**
 * Returns untrusted text in a form that a terminal only displays (CWE-150). Unprintable characters become `\uXXXX`; line
 * feeds stay. JSON keeps its meaning.
 */
export function printable(text: string): string {
  return text.replace(unprintable, escapeCharacter)
}

/** Like printable, on one line: line feeds become `\u000a`. */
export function printableLine(text: string): string {
  return printable(text).replaceAll('\n', escapeCharacter)
}

/** One escape for each UTF-16 code unit, as in JSON. */
function escapeCharacter(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
