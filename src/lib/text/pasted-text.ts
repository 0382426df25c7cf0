const blank = /[\s\u00ad\u200b-\u200f\u2060\ufeff]/
const blanks = new RegExp(blank, 'g')

/**
 * The text without whitespace, line breaks and invisible characters around it, as they are often copied with it. Takes
 * linear time for texts of any length: a regular expression such as /\s+$/ takes quadratic time for blanks inside the text.
 */
export function trimPasted(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && blank.test(text.charAt(start))) start += 1
  while (end > start && blank.test(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

/** The text without any of them, for secrets: mail programs break long lines. */
export function withoutBlanks(text: string): string {
  return text.replace(blanks, '')
}
