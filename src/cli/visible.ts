/** What moves the cursor, turns the direction of text or cannot be seen: controls, formats, private use, surrogates. */
const unseen = /[^\P{Cc}\n]|[\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu

/**
 * Text of strangers for a terminal, which would obey what is in it (CWE-150): characters that are not seen are written
 * as `\uXXXX`, ends of lines stay. JSON means the same afterwards.
 */
export function visible(text: string): string {
  return text.replace(unseen, escaped)
}

/** The same in one line: ends of lines are written as `\u000a`. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', escaped)
}

/** In UTF-16 units, as JSON writes them. */
function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
