const blank = String.raw`[\s\u00ad\u200b-\u200f\u2060\ufeff]`
const surrounding = new RegExp(`^${blank}+|${blank}+$`, 'g')
const anywhere = new RegExp(blank, 'g')

/** The text without whitespace, line breaks and invisible characters around it, as they are often copied with it. */
export function trimPasted(text: string): string {
  return text.replace(surrounding, '')
}

/** The text without any of them, for secrets: mail programs break long lines. */
export function withoutBlanks(text: string): string {
  return text.replace(anywhere, '')
}
